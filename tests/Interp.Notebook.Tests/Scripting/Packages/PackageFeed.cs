using System.IO.Compression;
using System.Text;
using Interp.Notebook.Scripting;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Interp.Notebook.Tests.Scripting.Packages;

/// <summary>A notebook's folder with a package source of its own, whose packages the test makes; nothing of it reaches the user's folders.</summary>
internal sealed class PackageFeed : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("interp-packages-");

    public PackageFeed()
    {
        Directory.CreateDirectory(Feed);
        Directory.CreateDirectory(NotebookFolder);
        // Above the notebook's folder: NuGet.config counts from the folder upwards, and nothing else does.
        Write("NuGet.config", $"""
            <configuration>
              <config><add key="globalPackagesFolder" value="installed" /></config>
              <packageSources><clear /><add key="test-feed" value="{Feed}" /></packageSources>
              <fallbackPackageFolders><clear /></fallbackPackageFolders>
            </configuration>
            """);
        const string broken = "<Project><Target Name=\"No\" BeforeTargets=\"Restore\"><Error Text=\"Directory.Build.props was read\" /></Target></Project>";
        foreach (string file in (string[])["Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props"]) Write(file, broken);
        Write("notebooks/Directory.Packages.props", broken);
    }

    public string Cache => Path.Combine(_root.FullName, "cache");

    public string Feed => Path.Combine(_root.FullName, "feed");

    public string NotebookFolder => Path.Combine(_root.FullName, "notebooks");

    public void Write(string path, string text) => File.WriteAllText(Path.Combine(_root.FullName, path), text);

    /// <summary>Makes a package with an assembly of its name.</summary>
    /// <param name="id">Its name.</param>
    /// <param name="version">Its version; the assembly's is the part before the dash.</param>
    /// <param name="source">The assembly's C#; without one, the package has none.</param>
    /// <param name="dependency">Another package that it needs: <c>id/version</c>.</param>
    /// <param name="feed">Another folder than <see cref="Feed"/>.</param>
    /// <param name="files">Further files: path and text.</param>
    public void Add(string id, string version, string? source = null, string? dependency = null, string? feed = null, params (string Path, string Text)[] files)
    {
        Directory.CreateDirectory(feed ?? Feed);
        using ZipArchive zip = ZipFile.Open(Path.Combine(feed ?? Feed, $"{id}.{version}.nupkg"), ZipArchiveMode.Create);
        void AddText(string path, string text)
        {
            using Stream stream = zip.CreateEntry(path).Open();
            stream.Write(Encoding.UTF8.GetBytes(text));
        }
        string dependencies = dependency is null ? "" : $"<dependency id=\"{dependency.Split('/')[0]}\" version=\"{dependency.Split('/')[1]}\" />";
        AddText($"{id}.nuspec", $"""
            <package xmlns="http://schemas.microsoft.com/packaging/2013/05/nuspec.xsd"><metadata>
              <id>{id}</id><version>{version}</version><authors>test</authors><description>test</description>
              <dependencies><group targetFramework="net8.0">{dependencies}</group></dependencies>
            </metadata></package>
            """);
        foreach ((string path, string text) in files) AddText(path, text);
        if (source is null) return;
        CSharpCompilation compilation = CSharpCompilation.Create(
            id,
            [CSharpSyntaxTree.ParseText($"[assembly: System.Reflection.AssemblyVersion(\"{version.Split('-')[0]}\")]\n{source}")],
            CellReferences.Preloaded,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
        using Stream assembly = zip.CreateEntry($"lib/net8.0/{id}.dll").Open();
        Assert.True(compilation.Emit(assembly).Success);
    }

    public void Dispose() => _root.Delete(recursive: true);
}
