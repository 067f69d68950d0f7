namespace Interp.Tests.Shared;

/// <summary>What a test may need beyond the .NET SDK. Absent, the test skips on a user's machine and fails where CI=true.</summary>
public static class Optional
{
    /// <summary>Ends the test unless <paramref name="isThere"/>: a skip with <paramref name="what"/> as its reason, or a failure where CI=true.</summary>
    public static void Need(bool isThere, string what)
    {
        if (isThere) return;
        if (Environment.GetEnvironmentVariable("CI") == "true")
            Assert.Fail($"CI must have it, and it is not there: {what}");
        Assert.Skip($"Not on this machine: {what}");
    }

    /// <summary>The path of a file or folder of the shared folder beside the repository; skips where it is absent.</summary>
    public static string SharedPath(string relative)
    {
        string path = Path.Combine(RepositoryRoot, "..", "shared", relative);
        Need(Path.Exists(path), $"shared/{relative} beside the repository");
        return Path.GetFullPath(path);
    }

    /// <summary>The folder that holds interp.sln.</summary>
    public static string RepositoryRoot { get; } = FindRoot();

    private static string FindRoot()
    {
        for (DirectoryInfo? d = new(AppContext.BaseDirectory); d is not null; d = d.Parent)
            if (File.Exists(Path.Combine(d.FullName, "interp.sln"))) return d.FullName;
        throw new DirectoryNotFoundException($"No interp.sln above {AppContext.BaseDirectory}");
    }
}
