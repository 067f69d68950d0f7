using System.ComponentModel;
using System.Diagnostics;

namespace Interp.Notebook.Scripting.Packages;

/// <summary>The .NET SDK of this machine, as a command.</summary>
internal static class DotnetSdk
{
    private const string NeedsSdk = "packages are installed with the .NET SDK: see https://dotnet.microsoft.com/download";

    /// <summary>Runs <c>dotnet</c> in a folder and returns its exit code and all it printed.</summary>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="folder">The working directory.</param>
    /// <param name="cancellation">Ends it, with what it started.</param>
    /// <param name="command">The program; the one that this process runs on, or that is on the path, when absent.</param>
    /// <exception cref="InvalidOperationException">There is none, or it is a runtime without an SDK.</exception>
    public static async Task<(int ExitCode, string Output)> RunAsync(IReadOnlyList<string> arguments, string folder, CancellationToken cancellation, string? command = null)
    {
        ProcessStartInfo start = new(command ?? Find(), arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true, UseShellExecute = false };
        // A program that an SDK started (dotnet run, dotnet test) has that SDK's paths, which need not be the ones for here.
        foreach (string name in start.Environment.Keys.Where(k => k.StartsWith("MSBuild", StringComparison.OrdinalIgnoreCase)).ToArray()) start.Environment.Remove(name);
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        start.Environment["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0";
        start.Environment["DOTNET_NOLOGO"] = "1";
        start.Environment["DOTNET_GENERATE_ASPNET_CERTIFICATE"] = "false";
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        using Process process = new() { StartInfo = start };
        try
        {
            process.Start();
        }
        catch (Win32Exception)
        {
            throw new InvalidOperationException($"There is no 'dotnet' on the path; {NeedsSdk}.");
        }
        process.StandardInput.Close();
        Task<string> output = process.StandardOutput.ReadToEndAsync(CancellationToken.None), errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
        try
        {
            await process.WaitForExitAsync(cancellation).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
        string all = await output.ConfigureAwait(false) + await errors.ConfigureAwait(false);
        // What the host says where it knows no SDK.
        if (process.ExitCode != 0 && (all.Contains("No .NET SDKs were found", StringComparison.Ordinal) || all.Contains("does not exist", StringComparison.Ordinal) && all.Contains("is not a dotnet command", StringComparison.Ordinal)))
            throw new InvalidOperationException($"'{start.FileName}' is the .NET runtime alone; {NeedsSdk}.");
        return (process.ExitCode, all);
    }

    private static string Find()
    {
        string name = OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet";
        if (Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") is { Length: > 0 } host && File.Exists(host)) return host;
        if (Environment.ProcessPath is { } self && Path.GetFileName(self) == name) return self;
        if (Environment.GetEnvironmentVariable("DOTNET_ROOT") is { Length: > 0 } root && File.Exists(Path.Combine(root, name))) return Path.Combine(root, name);
        return name;
    }
}
