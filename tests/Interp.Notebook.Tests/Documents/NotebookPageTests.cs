using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Interp.Notebook.Documents;
using Interp.Notebook.Documents.Pages;

namespace Interp.Notebook.Tests.Documents;

public sealed class NotebookPageTests
{
    private static string Page(params string[] outputs)
    {
        NotebookDocument document = NotebookDocument.Create();
        document.Insert(0, CellKind.Markdown, "# The <title>", "t");
        NotebookCell cell = document.Insert(1, CellKind.Code, "var x = 1 < 2;", "c");
        foreach (string output in outputs) cell.Outputs.Add(JsonNode.Parse(output));
        return NotebookPage.Of(document, "name");
    }

    private static string Bundle(string html) => new JsonObject { ["output_type"] = "display_data", ["data"] = new JsonObject { ["text/html"] = html, ["text/plain"] = "x" } }.ToJsonString();

    [Fact]
    public void It_is_whole_in_itself_and_names_what_it_shows()
    {
        string page = Page();
        Assert.Contains("<title>The &lt;title&gt;</title>", page);
        Assert.Contains("prefers-color-scheme: dark", page);
        Assert.DoesNotMatch("(src|href)=\"https?:", page);
        Assert.Contains("<span class=\"k\">var</span> x = <span class=\"n\">1</span> &lt; <span class=\"n\">2</span>;", page);
    }

    [Fact]
    public void Many_figures_bring_plotly_once()
    {
        Figure first = Plot.Loss([0, 1], [2, 1]), second = Plot.Loss([0, 1], [3, 1]);
        string page = Page(Bundle(first.ToHtml()), Bundle(second.ToHtml()), Bundle(second.ToHtml(PlotlySource.Page)));
        Assert.Single(Regex.Matches(page, "window.interpFigures = "));
        Assert.Single(Regex.Matches(page, "interpFigures\\.load\\(\\{(gzip|address)"));
        Assert.Equal(3, Regex.Count(page, "interpFigures\\.draw\\(\"interp-"));
        Assert.True(page.Length < first.ToHtml().Length + 100_000);
    }

    [Fact]
    public void A_figure_of_another_library_is_drawn_from_its_data()
    {
        string page = Page("""{"output_type": "display_data", "data": {"application/vnd.plotly.v1+json": {"data": [{"name": "</script>"}], "layout": {}}, "text/plain": "x"}}""");
        Assert.Contains("interpFigures.draw(\"figure-", page);
        Assert.DoesNotContain("\"</script>\"", page);
    }

    [Theory]
    [InlineData("""{"output_type": "stream", "name": "stdout", "text": ["a<b\n", "c"]}""", "<pre class=\"output\">a&lt;b\nc</pre>")]
    [InlineData("""{"output_type": "stream", "name": "stderr", "text": "10 %\r20 %\r30 %\n\u001b[31mred\u001b[0m"}""", "<pre class=\"output stderr\">30 %\n<span class=\"ansi1\">red</span></pre>")]
    [InlineData("""{"output_type": "error", "ename": "E", "evalue": "m", "traceback": ["E: m <1>", "  Cell [1]"]}""", "<div class=\"output error\"><pre>E: m &lt;1&gt;\n  Cell [1]</pre></div>")]
    [InlineData("""{"output_type": "error", "ename": "E", "evalue": "m"}""", "<pre>E: m</pre>")]
    [InlineData("""{"output_type": "execute_result", "data": {"text/plain": "<x>"}}""", "<pre>&lt;x&gt;</pre>")]
    [InlineData("""{"output_type": "display_data", "data": {"image/png": "AA\nBB", "text/plain": "x"}}""", "<img alt=\"\" src=\"data:image/png;base64,AABB\">")]
    [InlineData("""{"output_type": "display_data", "data": {"text/markdown": "*a*", "text/plain": "x"}}""", "<p><em>a</em></p>")]
    [InlineData("""{"output_type": "display_data", "data": {"application/json": {"a": 1}}}""", "{\n  &quot;a&quot;: 1\n}")]
    [InlineData("""{"output_type": "display_data"}""", "</section>")]
    public void Each_output_is_shown_in_its_richest_form(string output, string expected) => Assert.Contains(expected, Page(output));

    [Theory]
    [InlineData("#!time\nusing System;\nvar s = $\"a{1:F2}\"; // c\nList<int> F<T>(T x) => new Foo { A = x.Bar(1) };\n")]
    [InlineData("#!html\n<b>not C#</b>\n#!csharp\nvar x")]
    [InlineData("var broken = \"open\nclass { ) \t\r\n }")]
    [InlineData("#r \"nuget: X\"\n#if A\nskipped\n#endif\n/// <summary>d</summary>\nint x;")]
    [InlineData("")]
    public void Highlighting_keeps_every_character(string code) =>
        Assert.Equal(code, WebUtility.HtmlDecode(Regex.Replace(CodeHighlight.Of(code), "</?span[^>]*>", "")));
}
