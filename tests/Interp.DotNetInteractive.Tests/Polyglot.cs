using Microsoft.DotNet.Interactive;
using Microsoft.DotNet.Interactive.Commands;
using Microsoft.DotNet.Interactive.CSharp;
using Microsoft.DotNet.Interactive.Events;
using Microsoft.DotNet.Interactive.Formatting;
using Microsoft.DotNet.Interactive.PackageManagement;

namespace Interp.DotNetInteractive.Tests;

/// <summary>A notebook of .NET Interactive, its kernels set up as its clients do, with our package installed as its reader would.</summary>
[CollectionDefinition(Shared)]
public sealed class Polyglot : IAsyncLifetime, ICollectionFixture<Polyglot>
{
    /// <summary>The collection whose tests share one notebook: starting it is most of their time.</summary>
    public const string Shared = "notebook";

    private readonly LocalFeed _feed = new();
    private string _extension = "";

    /// <summary>The kernels: csharp, other (C# too) and javascript.</summary>
    public CompositeKernel Kernel { get; } = [CSharp("csharp"), CSharp("other"), new JavaScriptKernel().UseValueSharing()];

    /// <summary>The lines that a notebook starts with.</summary>
    public string Install => $"""
        #i "nuget:{_feed.Folder}"
        #r "nuget: Interp.DotNetInteractive, {_feed.Version}"
        """;

    public async ValueTask InitializeAsync()
    {
        Kernel.DefaultKernelName = "csharp";
        KernelCommandResult added = await Run(Install);
        PackageAdded package = added.Events.OfType<PackageAdded>().First(e => e.PackageReference.PackageName == "Interp.DotNetInteractive");
        _extension = Path.Combine(package.PackageReference.PackageRoot, "interactive-extensions", "dotnet", "extension.dib");
        await RunExtension();
        await Run("""
            var model = new HookedTransformer(new TransformerConfig { Layers = 2, DModel = 16, Heads = 2, DHead = 8, Vocabulary = 11, Context = 9 }, seed: 0);
            var (logits, cache) = model.RunWithCache(new[] { 1, 2, 3, 1, 2 }, ["*.hook_pattern"]);
            var scores = HeadScores.Measure(new HookedTransformer(new TransformerConfig { Layers = 1, DModel = 8, Heads = 2, DHead = 4, Vocabulary = 50, Context = 101 }, seed: 0));
            Tensor ended;
            using (TensorScope.Begin()) ended = Tensor.Zeros(2, 3) + 1;
            var figure = Plot.Loss([0, 1, 2], [3, 2, 1], title: "a loss");
            """);
    }

    public ValueTask DisposeAsync()
    {
        Kernel.Dispose();
        _feed.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>What the clients do with every package that has such a file. Gives back what happened.</summary>
    public async Task<IReadOnlyList<KernelEvent>> RunExtension()
    {
        List<KernelEvent> events = [];
        using IDisposable subscription = Kernel.KernelEvents.Subscribe(events.Add);
        await Kernel.LoadAndRunInteractiveDocument(new FileInfo(_extension));
        return events;
    }

    /// <summary>Sends a command; a failure ends the test.</summary>
    public async Task<KernelCommandResult> Send(KernelCommand command)
    {
        KernelCommandResult result = await Kernel.SendAsync(command, TestContext.Current.CancellationToken);
        Assert.True(!result.Events.OfType<CommandFailed>().Any(), string.Join("\n", result.Events.OfType<CommandFailed>().Select(f => f.Message)));
        return result;
    }

    /// <summary>Runs a cell; a failure ends the test.</summary>
    public Task<KernelCommandResult> Run(string code) => Send(new SubmitCode(code));

    /// <summary>What a cell's value is shown as.</summary>
    public async Task<FormattedValue> Shown(string code, string mediaType)
    {
        FormattedValue[] values = [.. Assert.Single((await Run(code)).Events.OfType<ReturnValueProduced>()).FormattedValues];
        return values.FirstOrDefault(v => v.MimeType == mediaType) ?? throw new InvalidOperationException($"Shown as {string.Join(", ", values.Select(v => v.MimeType))} alone.");
    }

    private static CSharpKernel CSharp(string name) => new CSharpKernel(name)
        .UseNugetDirective((kernel, packages) =>
        {
            kernel.AddAssemblyReferences(packages.SelectMany(package => package.AssemblyPaths));
            return Task.CompletedTask;
        })
        .UseKernelHelpers()
        .UseWho()
        .UseValueSharing();
}
