using System.Net;
using Interp.Rendering;
using Interp.Tests.Shared;

namespace Interp.Plots.Tests;

/// <summary>Opens HTML in a headless browser with no network and reads back what a script found there. One browser at a time: the classes that use it form the collection "browser".</summary>
internal static class BrowserPage
{
    public static bool IsThere => Browser.Find() is not null;

    /// <summary>Runs <paramref name="probe"/> (an expression, awaited) once the page has settled, and returns its value as text.</summary>
    /// <exception cref="InvalidOperationException">The page wrote an error to the console.</exception>
    public static string Evaluate(string html, string probe, int width = 1000, int height = 800)
    {
        Optional.Need(IsThere, "a Chromium browser");
        string folder = Directory.CreateTempSubdirectory("interp-test-").FullName;
        try
        {
            string file = Path.Combine(folder, "page.html");
            File.WriteAllText(file, Instrument(html, probe));
            return Read(file, width, height);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // Errors are gathered from the first script on, so that one during loading is seen too.
    private static string Instrument(string html, string probe)
    {
        string before = """
            <script>
            window.problems = [];
            window.addEventListener("error", e => problems.push(e.message || "could not load " + (e.target.src || e.target.href)), true);
            window.addEventListener("unhandledrejection", e => problems.push("" + e.reason));
            console.error = (...what) => problems.push(what.join(" "));
            window.wait = ms => new Promise(done => setTimeout(done, ms));
            window.until = async condition => { for (let i = 0; i < 100 && !condition(); i++) await wait(50); return !!condition(); };
            </script>
            """;
        string after = $$"""
            <pre id="probe"></pre>
            <script>
            (async () => {
              let answer;
              try { answer = String(await (async () => ({{probe}}))()); } catch (e) { problems.push("probe: " + e.message); }
              document.getElementById("probe").textContent = JSON.stringify({ answer, problems });
            })();
            </script>
            """;
        return html.Contains("</body>", StringComparison.Ordinal)
            ? html.Replace("<head>", "<head>" + before, StringComparison.Ordinal).Replace("</body>", after + "</body>", StringComparison.Ordinal)
            : "<!doctype html><meta charset=\"utf-8\">" + before + html + after;
    }

    private static string Read(string file, int width, int height)
    {
        // Every host is unknown: what needs a network fails.
        BrowserOutput output = Browser.DumpDom(file, width, height, "--host-resolver-rules=MAP * ~NOTFOUND");
        const string mark = "<pre id=\"probe\">";
        int start = output.Text.IndexOf(mark, StringComparison.Ordinal);
        Assert.True(start >= 0, $"The browser printed no document: {output.Errors}");
        string json = WebUtility.HtmlDecode(output.Text[(start + mark.Length)..output.Text.IndexOf("</pre>", start, StringComparison.Ordinal)]);
        Assert.True(json.Length > 0, "The probe did not finish.");
        var found = System.Text.Json.Nodes.JsonNode.Parse(json)!;
        Assert.True(found["problems"]!.AsArray().Count == 0, $"The page reported: {found["problems"]}");
        return (string)found["answer"]!;
    }
}
