using System.Diagnostics;
using System.Text;

namespace Interp.Rendering;

/// <summary>A headless Chromium on this machine, for pictures of figures. Only local content is ever opened.</summary>
internal static class Browser
{
    public const string Variable = "INTERP_BROWSER";

    // A picture takes a second or two; a machine busy with training may need a hundred times that.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private static readonly string[] Names =
        ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge", "microsoft-edge-stable", "msedge", "brave-browser"];

    private static readonly string[] Places =
    [
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        "/Applications/Chromium.app/Contents/MacOS/Chromium",
        "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
        @"C:\Program Files\Google\Chrome\Application\chrome.exe",
        @"C:\Program Files (x86)\Google\Chrome\Application\chrome.exe",
        @"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
        @"C:\Program Files\Microsoft\Edge\Application\msedge.exe",
    ];

    // No first-run pages, no traffic of the browser's own, and a profile that is thrown away.
    private static readonly string[] Switches =
    [
        "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync", "--hide-scrollbars", "--allow-file-access-from-files",
    ];

    /// <summary>The browser's program: what INTERP_BROWSER names, else the first of the usual ones; null when there is none.</summary>
    public static string? Find()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named) return File.Exists(named) ? named : null;
        string[] folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        string ending = OperatingSystem.IsWindows() ? ".exe" : "";
        return Names.SelectMany(_ => folders, (name, folder) => Path.Combine(folder, name + ending)).Concat(Places).FirstOrDefault(File.Exists);
    }

    /// <summary>Opens a local page, lets its scripts finish, and returns the document as HTML.</summary>
    /// <param name="page">A file.</param>
    /// <param name="width">The window's width in pixels.</param>
    /// <param name="height">The window's height in pixels.</param>
    /// <param name="more">Further switches.</param>
    public static BrowserOutput DumpDom(string page, int width, int height, params string[] more) =>
        Run(page, width, height, ["--dump-dom", .. more]);

    /// <summary>Opens a local page, lets its scripts finish, and writes what it looks like as a PNG.</summary>
    public static BrowserOutput Screenshot(string page, string png, int width, int height, params string[] more) =>
        Run(page, width, height, [$"--screenshot={png}", .. more]);

    private static BrowserOutput Run(string page, int width, int height, string[] more)
    {
        string program = Find() ?? throw new InvalidOperationException(
            "A picture (.svg, .png) is drawn by a Chromium browser, and none was found. Install Chromium, Chrome or Edge "
            + $"(Debian and Ubuntu: apt install chromium), or name its program in the environment variable {Variable}; or save the figure as .html or .json, which need none.");
        string profile = Directory.CreateTempSubdirectory("interp-browser-").FullName;
        try
        {
            ProcessStartInfo start = new(program) { RedirectStandardOutput = true, RedirectStandardError = true, StandardOutputEncoding = Encoding.UTF8 };
            foreach (string argument in Switches.Concat(more)) start.ArgumentList.Add(argument);
            start.ArgumentList.Add($"--user-data-dir={profile}");
            start.ArgumentList.Add($"--window-size={width},{height}");
            // Timers run ahead and the output waits for them: nothing here depends on how fast the machine is.
            start.ArgumentList.Add("--virtual-time-budget=15000");
            start.ArgumentList.Add(new Uri(Path.GetFullPath(page)).AbsoluteUri);
            using Process process = Process.Start(start) ?? throw new InvalidOperationException($"Could not start {program}.");
            Task<string> output = process.StandardOutput.ReadToEndAsync();
            Task<string> errors = process.StandardError.ReadToEndAsync();
            if (!process.WaitForExit(Patience))
            {
                process.Kill(entireProcessTree: true);
                throw new InvalidOperationException($"{program} did not finish within {Patience.TotalSeconds:F0} seconds.");
            }
            return new BrowserOutput(output.Result, errors.Result);
        }
        finally
        {
            Discard(profile);
        }
    }

    // The browser's last helper process may still hold a file for a moment; a leftover in the temporary folder is no reason to fail.
    private static void Discard(string folder)
    {
        for (int attempt = 0; attempt < 10 && Directory.Exists(folder); attempt++)
        {
            try { Directory.Delete(folder, recursive: true); }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException) { Thread.Sleep(50); }
        }
    }
}

/// <summary>What a browser printed.</summary>
/// <param name="Text">Standard output: the document.</param>
/// <param name="Errors">Standard error: with <c>--enable-logging=stderr</c> the page's console too.</param>
internal sealed record BrowserOutput(string Text, string Errors);
