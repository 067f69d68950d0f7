using System.IO.Compression;
using System.Xml.Linq;
using Interp.DotNetInteractive.Tests;
using Interp.Notebook.Scripting;
using Interp.Notebook.Scripting.Packages;
using Interp.Notebook.Tests.Scripting;
using Interp.Tests.Shared;
using Microsoft.DotNet.Interactive.Formatting;

namespace Interp.Notebook.Tests.Extension;

public sealed class ExtensionTests : IDisposable
{
    private readonly LocalFeed _feed = new();

    public void Dispose() => _feed.Dispose();

    [Fact]
    public async Task Our_packages_restore_from_a_feed_and_the_extension_shows_our_types_through_the_Formatting_library()
    {
        foreach (string project in LocalFeed.Projects)
        {
            XElement metadata = Nuspec(Path.GetFileName(project));
            XNamespace ns = metadata.Name.Namespace;
            foreach (string name in (string[])["description", "readme", "license", "authors"]) Assert.False(string.IsNullOrWhiteSpace((string?)metadata.Element(ns + name)), $"{project} has no {name}");
            // All of one build refer to each other in one version.
            Assert.All(metadata.Descendants(ns + "dependency").Where(d => ((string)d.Attribute("id")!).StartsWith("Interp.", StringComparison.Ordinal)), d => Assert.Equal(_feed.Version, (string?)d.Attribute("version")));
        }

        NuGetRestore restore = new(Path.Combine(_feed.Folder, "cache"), Optional.RepositoryRoot);
        await using Scripting.Notebook notebook = new() { Session = new CSharpSession(restore) };
        await notebook.Value($"#i \"nuget: {_feed.Folder}\"\n#r \"nuget: Interp.DotNetInteractive, {_feed.Version}\"");
        Assert.Contains($"Installed Interp.DotNetInteractive {_feed.Version}", notebook.Output.Stdout);

        // What .NET Interactive, Polyglot Notebooks and Verso do with a cell's value.
        Figure figure = Plot.Loss([0, 1], [2, 1]);
        Assert.Contains("data-interp-figure", figure.ToDisplayString("text/html"));
        Assert.Contains("\"data\"", figure.ToDisplayString(Figure.PlotlyMimeType));
        Assert.Contains("text/html", Formatter.GetPreferredMimeTypesFor(typeof(Figure)));
        Assert.Contains("data-interp-view", TensorView.Of(Tensor.Zeros(2, 3)).ToDisplayString("text/html"));
        Assert.Contains("data-interp-view", Tensor.Zeros(2, 3).ToDisplayString("text/html"));
        HookedTransformer model = new(new TransformerConfig { Layers = 1, DModel = 8, Heads = 1, DHead = 8, Vocabulary = 5, Context = 4 }, seed: 0);
        Assert.Equal($"{model}", model.ToDisplayString("text/html"));
    }

    private XElement Nuspec(string id)
    {
        using ZipArchive zip = ZipFile.OpenRead(Path.Combine(_feed.Folder, $"{id}.{_feed.Version}.nupkg"));
        using Stream stream = zip.GetEntry($"{id}.nuspec")!.Open();
        XElement package = XElement.Load(stream);
        return package.Element(package.Name.Namespace + "metadata")!;
    }
}
