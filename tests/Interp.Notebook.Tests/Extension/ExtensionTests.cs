using System.IO.Compression;
using System.Xml.Linq;
using Interp.Notebook.Scripting;
using Interp.Notebook.Scripting.Packages;
using Interp.Notebook.Tests.Scripting;
using Interp.Tests.Shared;
using Microsoft.DotNet.Interactive.Formatting;

namespace Interp.Notebook.Tests.Extension;

public sealed class ExtensionTests : IDisposable
{
    private static readonly string[] s_projects =
        ["src/Interp.Tensors", "kernels/Interp.Kernels", "src/Interp.Models", "src/Interp.Analysis", "src/Interp.Training", "src/Interp.Plots", "src/Interp.DotNetInteractive"];

    // Never a version that this machine's package cache knows from before.
    private readonly string _version = $"0.1.0-test.{Environment.ProcessId}.{DateTime.UtcNow.Ticks}";
    private readonly string _folder = Directory.CreateTempSubdirectory("interp-feed-").FullName;

    public void Dispose()
    {
        Directory.Delete(_folder, recursive: true);
        string cache = Environment.GetEnvironmentVariable("NUGET_PACKAGES") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
#pragma warning disable CA1308 // NuGet's folders are in lower case.
        foreach (string installed in s_projects.Select(p => Path.Combine(cache, Path.GetFileName(p).ToLowerInvariant(), _version)).Where(Directory.Exists)) Directory.Delete(installed, recursive: true);
#pragma warning restore CA1308
    }

    [Fact]
    public async Task Our_packages_restore_from_a_feed_and_the_extension_shows_our_types_through_the_Formatting_library()
    {
        await Pack();
        foreach (string project in s_projects)
        {
            XElement metadata = Nuspec(Path.GetFileName(project));
            XNamespace ns = metadata.Name.Namespace;
            foreach (string name in (string[])["description", "readme", "license", "authors"]) Assert.False(string.IsNullOrWhiteSpace((string?)metadata.Element(ns + name)), $"{project} has no {name}");
            // All of one build refer to each other in one version.
            Assert.All(metadata.Descendants(ns + "dependency").Where(d => ((string)d.Attribute("id")!).StartsWith("Interp.", StringComparison.Ordinal)), d => Assert.Equal(_version, (string?)d.Attribute("version")));
        }

        NuGetRestore restore = new(Path.Combine(_folder, "cache"), Optional.RepositoryRoot);
        await using Scripting.Notebook notebook = new() { Session = new CSharpSession(restore) };
        await notebook.Value($"#i \"nuget: {_folder}\"\n#r \"nuget: Interp.DotNetInteractive, {_version}\"");
        Assert.Contains($"Installed Interp.DotNetInteractive {_version}", notebook.Output.Stdout);

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

    private async Task Pack()
    {
        // One process for all projects.
        string file = Path.Combine(_folder, "pack.proj"), built = AppContext.BaseDirectory.Contains($"{Path.DirectorySeparatorChar}Release{Path.DirectorySeparatorChar}", StringComparison.Ordinal) ? "Release" : "Debug";
        new XElement("Project",
            new XElement("ItemGroup", s_projects.Select(p => new XElement("Packed", new XAttribute("Include", Path.Combine(Optional.RepositoryRoot, p, Path.GetFileName(p) + ".csproj"))))),
            new XElement("Target", new XAttribute("Name", "Pack"), new XElement("MSBuild",
                new XAttribute("Projects", "@(Packed)"), new XAttribute("Targets", "Pack"),
                new XAttribute("Properties", $"NoBuild=true;Configuration={built};PackageOutputPath={_folder};PackageVersion={_version}")))).Save(file);
        (int code, string output) = await DotnetSdk.RunAsync(["msbuild", file, "-t:Pack", "-v:quiet", "-nologo", "-nodeReuse:false", "-m:1"], _folder, TestContext.Current.CancellationToken);
        Assert.True(code == 0, output);
    }

    private XElement Nuspec(string id)
    {
        using ZipArchive zip = ZipFile.OpenRead(Path.Combine(_folder, $"{id}.{_version}.nupkg"));
        using Stream stream = zip.GetEntry($"{id}.nuspec")!.Open();
        XElement package = XElement.Load(stream);
        return package.Element(package.Name.Namespace + "metadata")!;
    }
}
