using System.Runtime.InteropServices;

namespace Interp.Notebook.Install;

/// <summary>An installation of the tool: how to start it, and where its files are.</summary>
/// <param name="Command">The program and its first arguments.</param>
/// <param name="Folder">The folder of its files.</param>
/// <param name="DotnetRoot">The .NET installation that runs it; null where it brings its own.</param>
internal sealed record Installation(IReadOnlyList<string> Command, string Folder, string? DotnetRoot)
{
    private const string Tool = "interp";

    /// <summary>The one that this process runs: an executable (published, or installed by <c>dotnet tool</c>), or <c>dotnet interp.dll</c>.</summary>
    public static Installation Current()
    {
        string folder = Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory), assembly = Path.Combine(folder, Tool + ".dll");
        string runtime = Path.TrimEndingDirectorySeparator(RuntimeEnvironment.GetRuntimeDirectory());
        // ROOT/shared/Microsoft.NETCore.App/VERSION, unless the program is self-contained.
        string? root = runtime == folder ? null : Path.GetFullPath(Path.Combine(runtime, "..", "..", ".."));
        string program = Environment.ProcessPath ?? "";
        if (Path.GetFileNameWithoutExtension(program) == Tool) return new([program], folder, root);
        string dotnet = Path.GetFileNameWithoutExtension(program) == "dotnet" ? program : Path.Combine(root ?? "", OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet");
        return new([dotnet, assembly], folder, root);
    }

    /// <summary>True where the files are a project's build output, which a clean deletes and a rebuild replaces.</summary>
    public bool IsBuildOutput
    {
        get
        {
            for (DirectoryInfo? d = new(Folder); d?.Parent is { } parent; d = parent)
                if (d.Name is "bin" or "artifacts" && (parent.EnumerateFiles("*.csproj").Any() || parent.EnumerateFiles("*.sln").Any() || Directory.Exists(Path.Combine(parent.FullName, "obj")))) return true;
            return false;
        }
    }

    /// <summary>Copies the files to a folder, replacing what is there whole, and returns the copy.</summary>
    public Installation CopyTo(string folder)
    {
        string fresh = $"{folder}.new-{Environment.ProcessId}", old = $"{folder}.old-{Environment.ProcessId}";
        foreach (string file in Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories))
        {
            string target = Path.Combine(fresh, Path.GetRelativePath(Folder, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
        // Swapped, not overwritten: a kernel may be running from the old files.
        if (Directory.Exists(folder)) Directory.Move(folder, old);
        Directory.Move(fresh, folder);
        if (Directory.Exists(old)) Directory.Delete(old, recursive: true);
        return new([.. Command.Select(part => IsBelow(part) ? Path.Combine(folder, Path.GetRelativePath(Folder, part)) : part)], folder, DotnetRoot);
    }

    private bool IsBelow(string path) => path.StartsWith(Folder + Path.DirectorySeparatorChar, StringComparison.Ordinal);
}
