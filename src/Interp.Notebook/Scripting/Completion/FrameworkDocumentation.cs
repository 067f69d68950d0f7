using System.Collections.Concurrent;

namespace Interp.Notebook.Scripting.Completion;

/// <summary>
/// The documentation of the framework's types, from the XML files of the SDK's reference packs. The assemblies that run are others than those
/// the files are named after, so a member is looked for in the files where its type may be declared.
/// </summary>
internal sealed class FrameworkDocumentation
{
    private readonly ConcurrentDictionary<string, Lazy<Dictionary<string, string>>> _files = new(StringComparer.Ordinal);
    private readonly string[] _folders;

    /// <param name="folders">Folders with XML files; the reference packs beside the running framework when absent.</param>
    public FrameworkDocumentation(IEnumerable<string>? folders = null) => _folders = [.. folders ?? ReferencePacks()];

    /// <summary>The one for this machine.</summary>
    public static FrameworkDocumentation Installed { get; } = new();

    /// <summary>The XML of a symbol's documentation; null where there is none.</summary>
    /// <param name="id">The symbol's documentation id, such as <c>M:System.String.Trim</c>.</param>
    /// <param name="assembly">The name of the assembly that runs.</param>
    /// <param name="ns">The namespace of its type.</param>
    public string? Find(string id, string assembly, string ns)
    {
        // What System.Private.CoreLib holds is declared mostly by System.Runtime, the rest by assemblies named like their namespace.
        foreach (string name in new[] { assembly, ns, "System.Runtime", ns.Replace(".Generic", "", StringComparison.Ordinal), "System.Runtime.Extensions", "System.Threading", "System.Linq", "System.Memory", "System.Runtime.InteropServices" }.Distinct())
            if (Members(name).TryGetValue(id, out string? xml)) return xml;
        return null;
    }

    private Dictionary<string, string> Members(string assembly) => _files.GetOrAdd(assembly, name => new(() => Read(name))).Value;

    private Dictionary<string, string> Read(string assembly)
    {
        Dictionary<string, string> members = new(StringComparer.Ordinal);
        foreach (string path in _folders.Select(f => Path.Combine(f, assembly + ".xml")).Where(File.Exists))
        {
            try
            {
                Scan(File.ReadAllText(path), members);
            }
            catch (IOException)
            {
                // A pack that is being updated: without documentation then.
            }
        }
        return members;
    }

    // The files are large and regular: finding the members' ends takes a tenth of the time of parsing all XML.
    private static void Scan(string text, Dictionary<string, string> members)
    {
        const string begin = "<member name=\"", end = "</member>";
        for (int at = text.IndexOf(begin, StringComparison.Ordinal); at >= 0; at = text.IndexOf(begin, at, StringComparison.Ordinal))
        {
            int name = at + begin.Length, quote = text.IndexOf('"', name), close = text.IndexOf(end, name, StringComparison.Ordinal);
            if (quote < 0 || close < 0) return;
            members[text[name..quote]] = text[at..(close + end.Length)];
            at = close;
        }
    }

    private static IEnumerable<string> ReferencePacks()
    {
        // …/dotnet/shared/Microsoft.NETCore.App/10.0.1/System.Private.CoreLib.dll
        string? root = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "..", "..", ".."));
        string packs = Path.Combine(root, "packs");
        foreach (string pack in new[] { "Microsoft.NETCore.App.Ref", "Microsoft.AspNetCore.App.Ref" })
        {
            string folder = Path.Combine(packs, pack);
            if (!Directory.Exists(folder)) continue;
            string? newest = Directory.EnumerateDirectories(folder, $"{Environment.Version.Major}.*")
                .OrderByDescending(d => Version.TryParse(Path.GetFileName(d).Split('-')[0], out Version? v) ? v : new Version()).FirstOrDefault();
            if (newest is not null) yield return Path.Combine(newest, "ref", $"net{Environment.Version.Major}.0");
        }
    }
}
