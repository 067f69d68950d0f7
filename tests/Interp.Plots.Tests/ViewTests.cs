namespace Interp.Plots.Tests;

[Collection("browser")]
public sealed class ViewTests
{
    private static readonly double[] Attributions = [double.NaN, .. Enumerable.Range(1, Samples.Text.Length - 1).Select(i => (double)i)];

    private static AttentionView Attention => AttentionView.Of(Samples.Patterns(2, 4, Samples.Text.Length), Samples.Text, start: (1, 2), title: "a <b>title</b>");

    public static TheoryData<string> Kinds => ["attention", "attribution", "toplogits", "tensor"];

    private static HtmlView View(string kind) => kind switch
    {
        "attention" => Attention,
        "attribution" => TokenAttributionView.Of(Samples.Text, Attributions),
        "toplogits" => TopLogitsView.Of(Logits(3, 5), [4, 1, 2], i => $"<script>{i}"),
        _ => TensorView.Of(Logits(3, 5)),
    };

    private static Tensor Logits(int positions, int vocabulary)
    {
        Tensor logits = Tensor.Zeros(positions, vocabulary);
        for (int i = 0; i < logits.Length; i++) logits.Span[i] = i % vocabulary;
        return logits;
    }

    // A probe sees into the view of the page.
    private static string Ask(string html, string probe) => BrowserPage.Evaluate(html, $$"""
        await until(() => document.querySelector("[data-interp-drawn=yes]")),
        window.view = document.querySelector("[data-interp-view]").shadowRoot,
        {{probe}}
        """);

    [Theory, MemberData(nameof(Kinds))]
    public void A_view_names_no_address_and_is_the_same_bytes_each_time(string kind)
    {
        string html = View(kind).ToHtml();
        Assert.DoesNotContain("http", html);
        Assert.Equal(html, View(kind).ToHtml());
    }

    [Theory, MemberData(nameof(Kinds))]
    public void Text_of_a_token_or_title_is_never_markup(string kind)
    {
        string html = View(kind).ToHtml();
        Assert.Equal(1, html.Split("<script>").Length - 1);
        Assert.Equal(1, html.Split("</script>").Length - 1);
        Assert.DoesNotContain("<b>", html);
    }

    [Theory, MemberData(nameof(Kinds))]
    public void A_view_is_drawn_without_network_or_errors(string kind) =>
        Assert.Equal("false", Ask(View(kind).ToHtml(), "view.textContent.includes('could not be drawn')"));

    [Fact]
    public void The_grid_has_a_thumbnail_a_head_and_shows_the_chosen_one() =>
        Assert.Equal("8 head 1.2", Ask(Attention.ToHtml(), "view.querySelectorAll('.thumb').length + ' ' + view.querySelector('.thumb[aria-pressed=true]').title"));

    [Fact]
    public void Clicking_a_head_selects_it_and_pointing_at_a_token_says_where_it_looks()
    {
        // Head 0.0 of the samples attends to the position before.
        string answer = Ask(Attention.ToHtml(), """
            view.querySelector(".thumb").click(),
            view.querySelectorAll(".token")[6].dispatchEvent(new PointerEvent("pointerover", { bubbles: true })),
            view.querySelector(".thumb[aria-pressed=true]").title + " " + view.querySelector(".readout").textContent
            """);
        Assert.StartsWith("head 0.0 “vet” (6) attends most to “Pri” (5)", answer, StringComparison.Ordinal);
    }

    [Fact]
    public void Turning_the_direction_shows_what_attends_to_a_token()
    {
        string answer = Ask(Attention.ToHtml(), """
            view.querySelector(".thumb").click(),
            view.querySelectorAll(".bar button")[1].click(),
            view.querySelectorAll(".token")[6].dispatchEvent(new PointerEvent("pointerover", { bubbles: true })),
            view.querySelector(".readout").textContent
            """);
        Assert.StartsWith("“vet” (6) is attended to most by “␣Drive” (7)", answer, StringComparison.Ordinal);
    }

    [Fact]
    public void Weighting_by_values_takes_from_tokens_with_small_ones()
    {
        float[,,] norms = new float[2, 4, Samples.Text.Length];
        foreach (int i in Enumerable.Range(0, norms.Length)) norms[i / (4 * Samples.Text.Length), i / Samples.Text.Length % 4, i % Samples.Text.Length] = i % Samples.Text.Length == 5 ? 0 : 1;
        string answer = Ask(AttentionView.Of(Samples.Patterns(2, 4, Samples.Text.Length), Samples.Text, norms).ToHtml(), """
            view.querySelectorAll(".bar button")[2].click(),
            view.querySelectorAll(".token")[6].dispatchEvent(new PointerEvent("pointerover", { bubbles: true })),
            view.querySelector(".readout").textContent
            """);
        Assert.StartsWith("“vet” (6) attends most to “<bos>” (0)", answer, StringComparison.Ordinal);
    }

    [Fact]
    public void The_pixels_of_the_large_pattern_are_the_shares()
    {
        // Row 6 of head 0.0: 1.1 of 1.9 on column 5; the picture shows the square root of the share, 0.761 · 255 = 194.
        string answer = Ask(Attention.ToHtml(), """
            view.querySelector(".thumb").click(),
            [5, 7].map(k => view.querySelector(".large").getContext("2d").getImageData(k, 6, 1, 1).data[3]).join(" ")
            """);
        string[] alpha = answer.Split(' ');
        // Two roundings to a byte.
        Assert.InRange(int.Parse(alpha[0], System.Globalization.CultureInfo.InvariantCulture), 192, 196);
        Assert.Equal("0", alpha[1]);
    }

    [Fact]
    public void A_hundred_and_forty_four_heads_of_256_tokens_are_drawn_and_stay_small()
    {
        string[] tokens = [.. Enumerable.Range(0, 256).Select(i => $" word{i}")];
        string html = AttentionView.Of(Samples.Patterns(12, 12, 256), tokens).ToHtml();
        Assert.True(html.Length < 10_000_000, $"{html.Length} characters");
        Assert.Equal("144 true", Ask(html, """
            await until(() => [...view.querySelectorAll(".thumb canvas")].slice(0, 24).every(c => c.getContext("2d").getImageData(0, 0, c.width, c.height).data.some(x => x > 0))),
            view.querySelectorAll(".thumb").length + " " + view.querySelector(".large").getContext("2d").getImageData(0, 0, 256, 256).data.some(x => x > 0)
            """));
    }

    [Fact]
    public void Patterns_of_the_wrong_shape_are_refused_with_both_shapes()
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => AttentionView.Of(new float[2, 4, 5, 5], ["a", "b"]));
        Assert.Contains("[2, 4, 5, 5]", error.Message);
        Assert.Contains("2, 2", error.Message);
    }

    [Fact]
    public void A_cache_without_patterns_says_how_to_keep_them() =>
        Assert.Contains("hook_pattern", Assert.Throws<ArgumentException>(() => AttentionView.Of(new ActivationCache([]), ["a"])).Message);

    [Fact]
    public void A_cache_gives_patterns_and_value_norms_of_its_layers()
    {
        // Two query heads share one key-value head; its values have norms 5 and 13.
        ActivationCache cache = new(
        [
            new("blocks.3.attn.hook_v", Tensor.From([3, 4, 5, 12], 1, 2, 1, 2)),
            new("blocks.3.attn.hook_pattern", Tensor.From([1, 0, 0.25f, 0.75f, 1, 0, 1, 0], 1, 2, 2, 2)),
        ]);
        string answer = Ask(AttentionView.Of(cache, ["a", " b"], start: (3, 0)).ToHtml(), """
            view.querySelectorAll(".thumb").length + " " + view.querySelector(".thumb").title + " " + view.querySelector(".readout").textContent + "; "
            + (view.querySelectorAll(".bar button")[2].click(), view.querySelectorAll(".token")[1].dispatchEvent(new PointerEvent("pointerover", { bubbles: true })), view.querySelector(".thumb[aria-pressed=true]").title)
            """);
        Assert.Equal("2 head 3.0 “␣b” (1) attends most to “␣b” (1): 0.75; head 3.0", answer);
        Assert.Contains("[[5,13],[5,13]]", AttentionView.Of(cache, ["a", " b"]).ToHtml());
    }

    [Fact]
    public void Attributions_are_coloured_by_sign_and_summed()
    {
        string answer = Ask(TokenAttributionView.Of(["a", "b", "c"], [("one", [1, -2, 0]), ("two", [4, 0, 0])]).ToHtml(), """
            [...view.querySelectorAll(".token")].map(t => getComputedStyle(t).backgroundColor).join(" ") + " " + view.querySelector(".readout").textContent
            + (view.querySelectorAll("button")[1].click(), " " + view.querySelector(".readout").textContent)
            """);
        // One scale for both series: √(1/4) · 0.8 and √(2/4) · 0.8.
        Assert.Equal("rgba(213, 94, 0, 0.4) rgba(0, 114, 178, 0.565) rgba(213, 94, 0, 0) one: sum −1 logits two: sum 4 logits", answer);
    }

    [Fact]
    public void The_likeliest_continuations_are_listed_and_the_one_that_came_is_ranked()
    {
        // Logits 0..4 at each position; after token 4 comes 1, the fourth likeliest, with probability e / (1 + e + e² + e³ + e⁴) = 0.0317.
        string answer = Ask(TopLogitsView.Of(Logits(3, 5), [4, 1, 2], i => $"t{i}", count: 2).ToHtml(), """
            view.querySelectorAll(".token")[0].dispatchEvent(new PointerEvent("pointerover", { bubbles: true })),
            [...view.querySelectorAll("td.mono")].map(t => t.textContent).join(" ") + " " + view.querySelector(".readout").textContent
            """);
        Assert.Equal("t4 t3 Then came “t1”: rank 4, probability 0.03168, loss 3.452 nats", answer);
    }

    [Fact]
    public void Logits_of_other_tokens_are_refused() =>
        Assert.Contains("[3, 5]", Assert.Throws<ArgumentException>(() => TopLogitsView.Of(Logits(3, 5), [1, 2], i => "")).Message);

    [Fact]
    public void A_tensor_shows_its_shape_and_statistics()
    {
        string text = Ask(TensorView.Of(Tensor.From([-1, 0, 2, float.NaN], 1, 2, 2), "name").ToHtml(), "view.querySelector('.view').innerText.replace(/\\s+/g, ' ')");
        Assert.Contains("[1, 2, 2] 4 × float32", text);
        Assert.Contains("min max mean std norm zeros NaN or ∞ −1 2 0.3333 1.247 2.236 1 1", text);
    }

    [Fact]
    public void Pointing_at_a_cell_reads_its_value()
    {
        string answer = Ask(TensorView.Of(Logits(3, 5)).ToHtml(), """
            (c => { const b = c.getBoundingClientRect(); c.dispatchEvent(new PointerEvent("pointermove", { clientX: b.left + b.width * 0.7, clientY: b.top + b.height * 0.5 })); })(view.querySelector("canvas")),
            view.querySelector(".readout").textContent
            """);
        Assert.Equal("[1, 3] = 3", answer);
    }

    [Fact]
    public void A_large_tensor_is_thinned_and_says_so()
    {
        string html = TensorView.Of(Tensor.Zeros(3, 700, 1200)).ToHtml();
        Assert.Contains("one row in 3, one column in 3 and one slice in 2", html);
        Assert.True(html.Length < 200_000, $"{html.Length} characters");
    }

    [Fact]
    public void A_single_number_and_a_row_are_tensors_too()
    {
        Assert.DoesNotContain("\"values\"", TensorView.Of(Tensor.Full(3)).ToHtml());
        Assert.Contains("\"rows\":1", TensorView.Of(Tensor.Zeros(7)).ToHtml());
    }
}
