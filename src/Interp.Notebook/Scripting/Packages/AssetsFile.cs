using System.Text.Json.Nodes;

namespace Interp.Notebook.Scripting.Packages;

/// <summary>What a restore found: NuGet's <c>project.assets.json</c>, of which this reads the files to use and the messages.</summary>
internal sealed class AssetsFile
{
    private readonly JsonObject _root, _target;
    private readonly List<string> _roots;

    private AssetsFile(JsonObject root)
    {
        _root = root;
        _target = root["targets"]?[$"{RestoreProject.Framework}/{RestoreProject.Platform}"] as JsonObject ?? [];
        _roots = [.. (root["packageFolders"] as JsonObject ?? []).Select(f => f.Key)];
    }

    /// <summary>Reads a file; null where there is none.</summary>
    public static AssetsFile? Open(string path) =>
        File.Exists(path) && JsonNode.Parse(File.ReadAllText(path)) is JsonObject root ? new AssetsFile(root) : null;

    /// <summary>NuGet's messages: code (<c>NU1101</c>), whether it is an error, the package (empty where none is meant), the text.</summary>
    public IReadOnlyList<(string Code, bool IsError, string Package, string Text)> Messages =>
    [
        .. (_root["logs"] as JsonArray ?? []).OfType<JsonObject>().Select(l => ((string?)l["code"] ?? "", (string?)l["level"] == "Error", (string?)l["libraryId"] ?? "", (string?)l["message"] ?? "")),
    ];

    /// <summary>The packages: name and version.</summary>
    public IEnumerable<(string Id, string Version)> Packages => _target.Select(p => p.Key.Split('/')).Select(p => (p[0], p[1]));

    /// <summary>The files of a kind with the package each is from: <c>compile</c>, <c>runtime</c> or <c>native</c>.</summary>
    public IEnumerable<(string Package, string File)> Files(string kind) =>
        from package in _target
        from asset in package.Value?[kind] as JsonObject ?? []
        where !asset.Key.EndsWith("/_._", StringComparison.Ordinal)
        select (package.Key.Split('/')[0], FullPath(package.Key, asset.Key));

    /// <summary>The notebooks that packages want run (<c>interactive-extensions/dotnet/*.dib</c>), a package's dependencies before it.</summary>
    public IEnumerable<string> Extensions =>
        from package in _target.Reverse()
        from file in (_root["libraries"]?[package.Key]?["files"] as JsonArray ?? []).Select(f => (string?)f)
        where file.StartsWith("interactive-extensions/dotnet/", StringComparison.OrdinalIgnoreCase) && file.EndsWith(".dib", StringComparison.OrdinalIgnoreCase)
        select FullPath(package.Key, file);

    /// <summary>Whether everything named here is still on the disk.</summary>
    public bool IsWhole => _target.Count > 0 && !Messages.Any(m => m.IsError)
        && Files("compile").Concat(Files("runtime")).Concat(Files("native")).All(f => File.Exists(f.File));

    private string FullPath(string package, string file)
    {
        string path = Path.Combine((string?)_root["libraries"]?[package]?["path"] ?? "", file);
        string? root = _roots.FirstOrDefault(r => File.Exists(Path.Combine(r, path)));
        return Path.GetFullPath(Path.Combine(root ?? _roots.FirstOrDefault() ?? "", path));
    }
}
