using System.Diagnostics;
using System.Xml.Linq;
using Interp.Tests.Shared;

namespace Interp.DotNetInteractive.Tests;

/// <summary>This project's packages, packed from what was built with these tests, under a version of their own.</summary>
public sealed class LocalFeed : IDisposable
{
    public LocalFeed()
    {
        // One process for all projects.
        string file = Path.Combine(Folder, "pack.proj");
        new XElement("Project",
            new XElement("ItemGroup", Projects.Select(p => new XElement("Packed", new XAttribute("Include", Path.Combine(Optional.RepositoryRoot, p, Path.GetFileName(p) + ".csproj"))))),
            new XElement("Target", new XAttribute("Name", "Pack"), new XElement("MSBuild",
                new XAttribute("Projects", "@(Packed)"), new XAttribute("Targets", "Pack"),
                new XAttribute("Properties", $"NoBuild=true;Configuration={Configuration};PackageOutputPath={Folder};PackageVersion={Version}")))).Save(file);
        ProcessStartInfo start = new("dotnet", ["msbuild", file, "-t:Pack", "-v:quiet", "-nologo", "-nodeReuse:false", "-m:1"]) { WorkingDirectory = Optional.RepositoryRoot, RedirectStandardOutput = true };
        // A program that an SDK started (dotnet test) has that SDK's paths, which need not be the ones for here.
        foreach (string name in start.Environment.Keys.Where(k => k.StartsWith("MSBuild", StringComparison.OrdinalIgnoreCase)).ToArray()) start.Environment.Remove(name);
        using Process pack = Process.Start(start)!;
        string output = pack.StandardOutput.ReadToEnd();
        pack.WaitForExit();
        Assert.True(pack.ExitCode == 0, output);
    }

    /// <summary>The projects of the packages, from the repository's root.</summary>
    public static IReadOnlyList<string> Projects { get; } =
        ["src/Interp.Tensors", "kernels/Interp.Kernels", "src/Interp.Models", "src/Interp.Analysis", "src/Interp.Training", "src/Interp.Plots", "src/Interp.DotNetInteractive"];

    /// <summary>The feed.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("interp-feed-").FullName;

    /// <summary>Never a version that a machine's package cache knows from before.</summary>
    public string Version { get; } = $"0.1.0-test.{Environment.ProcessId}.{DateTime.UtcNow.Ticks}";

    private static string Configuration => AppContext.BaseDirectory.Contains($"{Path.DirectorySeparatorChar}Release{Path.DirectorySeparatorChar}", StringComparison.Ordinal) ? "Release" : "Debug";

    public void Dispose()
    {
        Directory.Delete(Folder, recursive: true);
        string cache = Environment.GetEnvironmentVariable("NUGET_PACKAGES") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        foreach (string unpacked in Projects.Select(p => Path.Combine(cache, Path.GetFileName(p).ToLowerInvariant(), Version)).Where(Directory.Exists)) Directory.Delete(unpacked, recursive: true);
    }
}
