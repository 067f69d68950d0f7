using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Interp.Notebook.Server;

namespace Interp.Notebook.Install;

/// <summary>A registration of this kernel: the folder with kernel.json and logos that Jupyter's clients look for.</summary>
/// <param name="Folder">…/kernels/NAME.</param>
/// <param name="DisplayName">What clients show.</param>
/// <param name="Command">The program and its arguments before <c>kernel start</c>.</param>
/// <param name="Version">The version of the tool that wrote it.</param>
internal sealed partial record KernelSpec(string Folder, string DisplayName, IReadOnlyList<string> Command, string Version)
{
    /// <summary>The kernel's usual name.</summary>
    public const string DefaultName = "interp";

    /// <summary>What clients show by default.</summary>
    public const string DefaultDisplayName = "C# (interp)";

    private const string Owner = "interp";
    private static readonly string[] s_arguments = ["kernel", "start", "--connection-file", "{connection_file}"];
    private static readonly string[] s_logos = ["logo-32x32.png", "logo-64x64.png", "logo-svg.svg"];
    private static readonly JsonSerializerOptions s_json = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The name by which notebooks ask for it.</summary>
    public string Name => Path.GetFileName(Folder);

    /// <summary>Whether the files that it starts are there.</summary>
    public bool IsRunnable => Command.Count > 0 && Command.All(part => !Path.IsPathRooted(part) || File.Exists(part));

    /// <summary>Whether clients take a text as a kernel's name.</summary>
    public static bool IsName(string name) => NamePattern().IsMatch(name);

    /// <summary>Writes a registration; replaces only one of this tool's own.</summary>
    /// <exception cref="IOException">The folder holds another program's kernel.</exception>
    public static KernelSpec Write(string folder, string displayName, Installation tool)
    {
        RefuseForeign(folder);
        JsonObject json = new()
        {
            ["argv"] = new JsonArray([.. tool.Command.Concat(s_arguments).Select(a => (JsonNode)a)]),
            ["display_name"] = displayName,
            ["language"] = KernelInfo.Language,
            ["interrupt_mode"] = "message",
            ["metadata"] = new JsonObject { [Owner] = new JsonObject { ["version"] = KernelInfo.Version } },
        };
        // A client started from a menu may not have the variable by which the executable finds .NET.
        if (tool.DotnetRoot is { } root) json["env"] = new JsonObject { ["DOTNET_ROOT"] = root };
        Directory.CreateDirectory(folder);
        foreach (string logo in s_logos)
        {
            using Stream from = typeof(KernelSpec).Assembly.GetManifestResourceStream(logo)!;
            using FileStream to = File.Create(Path.Combine(folder, logo));
            from.CopyTo(to);
        }
        string file = Path.Combine(folder, "kernel.json"), fresh = file + ".new";
        File.WriteAllText(fresh, json.ToJsonString(s_json) + "\n");
        File.Move(fresh, file, overwrite: true);
        return Read(folder)!;
    }

    /// <exception cref="IOException">The folder holds another program's kernel.</exception>
    public static void RefuseForeign(string folder)
    {
        if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any() && Read(folder) is null)
            throw new IOException($"{folder} holds another program's kernel; choose another --name.");
    }

    /// <summary>Reads a registration; null where there is none, or another program's.</summary>
    public static KernelSpec? Read(string folder)
    {
        try
        {
            JsonNode? json = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "kernel.json")));
            if (json?["metadata"]?[Owner]?["version"]?.GetValue<string>() is not { } version) return null;
            string[] argv = [.. (json["argv"] as JsonArray ?? []).Select(a => a?.GetValue<string>() ?? "")];
            return new KernelSpec(folder, json["display_name"]?.GetValue<string>() ?? "", [.. argv.SkipLast(s_arguments.Length)], version);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or InvalidOperationException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>Every registration of this tool that clients find.</summary>
    public static IReadOnlyList<KernelSpec> Find(JupyterFolders folders) =>
    [
        .. folders.SearchPath.Select(data => Path.Combine(data, "kernels")).Where(Directory.Exists)
            .SelectMany(Directory.EnumerateDirectories).Distinct().Order(StringComparer.Ordinal)
            .Select(Read).OfType<KernelSpec>(),
    ];

    /// <summary>Removes the registration.</summary>
    public void Delete() => Directory.Delete(Folder, recursive: true);

    // As jupyter_client checks it.
    [GeneratedRegex(@"^[a-zA-Z0-9._\-]+$")]
    private static partial Regex NamePattern();
}
