using Interp.Notebook.Documents.Pages;

namespace Interp.Notebook.Tests.Documents;

public sealed class MarkdownTextTests
{
    [Theory]
    [InlineData("# A\ntext\nmore\n\n## B ##", "<h1>A</h1>\n<p>text\nmore</p>\n<h2>B</h2>\n")]
    [InlineData("a *b* **c** ***d*** _e_ `*f*` ~~g~~", "<p>a <em>b</em> <strong>c</strong> <strong><em>d</em></strong> <em>e</em> <code>*f*</code> <del>g</del></p>\n")]
    [InlineData("snake_case_name and 2 * 3 * 4", "<p>snake_case_name and 2 * 3 * 4</p>\n")]
    [InlineData("$a_1 * b_1$ and $$\\sum_i *x*$$", "<p>$a_1 * b_1$ and $$\\sum_i *x*$$</p>\n")]
    [InlineData("costs $5 and *$6*", "<p>costs $5 and <em>$6</em></p>\n")]
    [InlineData("[a *b*](https://x.org/?q=1&r=_2_) ![i](p.png)", "<p><a href=\"https://x.org/?q=1&amp;r=_2_\">a <em>b</em></a> <img alt=\"i\" src=\"p.png\"></p>\n")]
    [InlineData("see https://x.org/a_b_c.", "<p>see <a href=\"https://x.org/a_b_c\">https://x.org/a_b_c</a>.</p>\n")]
    [InlineData("- a\n- b\n  - c\n\ntext", "<ul>\n<li>a</li>\n<li>b\n<ul>\n<li>c</li>\n</ul></li>\n</ul>\n<p>text</p>\n")]
    [InlineData("3. a\n4. b", "<ol start=\"3\">\n<li>a</li>\n<li>b</li>\n</ol>\n")]
    [InlineData("- a\n  goes on\n- b", "<ul>\n<li>a\ngoes on</li>\n<li>b</li>\n</ul>\n")]
    [InlineData("> a\n> - b", "<blockquote>\n<p>a</p>\n<ul>\n<li>b</li>\n</ul>\n</blockquote>\n")]
    [InlineData("| a | b |\n|:-|-:|\n| 1 | `x\\|y` |", "<table>\n<tr><th>a</th><th style=\"text-align:right\">b</th></tr>\n<tr><td>1</td><td style=\"text-align:right\"><code>x|y</code></td></tr>\n</table>\n")]
    [InlineData("```\n*a* <b>\n```", "<pre>*a* &lt;b&gt;</pre>\n")]
    [InlineData("```csharp\nvar x;\n```", "<pre><span class=\"k\">var</span> x;</pre>\n")]
    [InlineData("a\n\n---\n\nb  \nc", "<p>a</p>\n<hr>\n<p>b<br>\nc</p>\n")]
    [InlineData("\\*a\\* \\# b", "<p>*a* # b</p>\n")]
    [InlineData("", "")]
    public void What_notebooks_use_is_rendered(string markdown, string html) => Assert.Equal(html, MarkdownText.ToHtml(markdown));

    [Theory]
    [InlineData("<script>alert(1)</script>")]
    [InlineData("[x](javascript:alert(1))")]
    [InlineData("[x]( JaVaScRiPt:alert(1))")]
    [InlineData("![x](data:text/html,<script>)")]
    [InlineData("[x](\" onclick=\"alert(1))")]
    [InlineData("![\" onerror=\"alert(1)](a.png)")]
    [InlineData("`</code><script>`")]
    [InlineData("```\"><script>\n</pre><script>\n```")]
    [InlineData("<https://x.org/\"onclick=alert(1)>")]
    [InlineData("\u00010\u0002 `a`")]
    public void Nothing_in_the_text_can_run(string markdown)
    {
        string html = MarkdownText.ToHtml(markdown);
        Assert.DoesNotContain("<script", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotMatch("(?i)(href|src)=\"\\s*(javascript|data:text)", html);
        Assert.DoesNotMatch("<[a-z]+[^>]*\"\\s*on[a-z]+=", html);
    }

    [Fact]
    public void Every_beginning_of_a_text_is_rendered()
    {
        const string text = "# A\n\n- a\n  - b\n\n    c\n1. x\n> q\n>> r\n| a | b |\n|---|---|\n| c |\n```csharp\nvar x = \"\n```\n**a *b `c` [d](e) ![f](g)*** $h$ \\";
        for (int i = 0; i <= text.Length; i++) Assert.NotNull(MarkdownText.ToHtml(text[..i]));
    }
}
