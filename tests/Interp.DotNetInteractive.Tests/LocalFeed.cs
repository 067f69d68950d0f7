using System.Diagnostics;
using Interp.Tests.Shared;

namespace Interp.DotNetInteractive.Tests;

/// <summary>This project's packages, packed from what was built with these tests, under a version of their own.</summary>
public sealed class LocalFeed : IDisposable
{
    private static readonly string[] s_projects =
        ["src/Interp.Tensors", "kernels/Interp.Kernels", "src/Interp.Models", "src/Interp.Analysis", "src/Interp.Training", "src/Interp.Plots",
            "src/Interp.DotNetInteractive"];

    public LocalFeed()
    {
        foreach (string project in s_projects)
        {
            ProcessStartInfo start = new("dotnet", ["pack", project, "-c", Configuration, "--no-build", "-o", Folder, $"-p:PackageVersion={Version}", "-v", "quiet"])
            {
                WorkingDirectory = Optional.RepositoryRoot,
                RedirectStandardOutput = true,
            };
            using Process pack = Process.Start(start)!;
            string output = pack.StandardOutput.ReadToEnd();
            pack.WaitForExit();
            Assert.True(pack.ExitCode == 0, output);
        }
    }

    /// <summary>The feed.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("interp-feed-").FullName;

    /// <summary>Never a version that a machine's package cache knows from before.</summary>
    public string Version { get; } = $"0.1.0-test.{Environment.ProcessId}.{DateTime.UtcNow.Ticks}";

    private static string Configuration => AppContext.BaseDirectory.Contains($"{Path.DirectorySeparatorChar}Release{Path.DirectorySeparatorChar}", StringComparison.Ordinal) ? "Release" : "Debug";

    public void Dispose()
    {
        Directory.Delete(Folder, recursive: true);
        string cache = Environment.GetEnvironmentVariable("NUGET_PACKAGES") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        foreach (string project in s_projects)
        {
            string unpacked = Path.Combine(cache, Path.GetFileName(project).ToLowerInvariant(), Version);
            if (Directory.Exists(unpacked)) Directory.Delete(unpacked, recursive: true);
        }
    }
}
