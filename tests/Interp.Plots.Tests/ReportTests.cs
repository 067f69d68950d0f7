using System.Globalization;
using System.Text.RegularExpressions;
using Interp.Rendering;
using Interp.Tests.Shared;

namespace Interp.Plots.Tests;

[Collection("browser")]
public sealed class ReportTests : IDisposable
{
    private static readonly string[] Rows =
    [
        "Per-token losses, PCA", "Loss", "Loss by token index", "Loss derivative", "In-context learning score",
        "Prefix matching by head", "QK eigenvalue trace", "Ablation: before and after", "Ablation: in-context score",
    ];

    private readonly string _folder = Directory.CreateTempSubdirectory("interp-report-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Write() => File.ReadAllText(Report.Write(_folder, SampleReproduction.Results));

    [Fact]
    public void The_table_has_the_rows_of_the_paper_each_with_a_sentence_and_a_cell_a_model()
    {
        string html = Write();
        MatchCollection rows = Regex.Matches(html, """<section class="row">.*?</section>""", RegexOptions.Singleline);
        Assert.Equal(Rows, rows.Select(row => Regex.Match(row.Value, "<h3>(.*?)</h3>").Groups[1].Value));
        foreach (Match row in rows)
        {
            Assert.Equal(6, Regex.Count(row.Value, "class=\"cell\""));
            Assert.True(Regex.Match(row.Value, "</h3><p>(.*?)</p>").Groups[1].Value.Length > 30, "a row without its sentence");
        }
    }

    [Fact]
    public void Every_statement_is_listed_with_its_verdict()
    {
        string html = Write();
        Assert.Contains("a claim with &lt;b&gt;markup&lt;/b&gt;", html);
        Assert.Equal(1, Regex.Count(html, "✓ holds"));
        Assert.Equal(1, Regex.Count(html, "✗ does not hold"));
        Assert.Contains("1 of 2</b>statements hold", html);
    }

    [Fact]
    public void Each_figure_stands_alone_in_a_file_and_every_link_leads_somewhere()
    {
        string html = Write();
        foreach (Match link in Regex.Matches(html, "(?:href|data-alone)=\"([^\"#:]+)\""))
            if (link.Groups[1].Value != "results.json") Assert.True(File.Exists(Path.Combine(_folder, link.Groups[1].Value)), link.Value);
        Assert.True(Directory.GetFiles(Path.Combine(_folder, "figures")).Length >= 50);
    }

    [Fact]
    public void The_page_loads_nothing_from_outside()
    {
        Optional.Need(Figure.WorksOffline, "plotly.js from npm at build");
        Assert.Equal(["plotly.min.js"], Regex.Matches(Write(), "<script[^>]* src=\"([^\"]*)\"").Select(m => m.Groups[1].Value));
    }

    [Fact]
    public void Figures_are_drawn_when_they_come_into_view_and_a_click_enlarges_one()
    {
        Optional.Need(Figure.WorksOffline, "plotly.js from npm at build");
        // The page is one file for the browser here.
        string html = Write().Replace("<script src=\"plotly.min.js\"></script>", $"<script>{PlotlyBundle.Script}</script>", StringComparison.Ordinal);
        string answer = BrowserPage.Evaluate(html, """
            await until(() => document.querySelector("main .figure .main-svg")),
            window.early = document.querySelectorAll("main .small .main-svg").length,
            window.last = [...document.querySelectorAll(".small")].pop(),
            last.scrollIntoView(),
            await until(() => last.querySelector(".main-svg")),
            last.click(),
            await until(() => document.querySelector("dialog .main-svg")),
            [early < document.querySelectorAll(".small").length, !!last.querySelector(".main-svg"), document.querySelector("dialog h3").textContent, !!document.querySelector("dialog .xtitle")].join("; ")
            """);
        Assert.Equal("true; true; Ablation, in-context score: 2 layers, smeared keys; true", answer);
    }

    [Fact]
    public void The_page_is_small_enough_to_open_at_once()
    {
        Write();
        long size = new FileInfo(Path.Combine(_folder, "index.html")).Length;
        Assert.True(size < 2_000_000, string.Create(CultureInfo.InvariantCulture, $"{size} bytes"));
    }
}
