using System.Globalization;
using Interp.Data;
using Interp.Reports;

namespace Interp;

/// <summary>The page of one training run: its curves, its heads, and where they look.</summary>
public static class TrainingReport
{
    // More tokens than this make a picture that no one can read.
    private const int AttentionTokens = 256;

    /// <summary>Writes <c>index.html</c> and <c>figures/</c> into the run's folder.</summary>
    /// <returns>The full path of <c>index.html</c>.</returns>
    public static string Write(TrainingRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        IReadOnlyList<Snapshot> snapshots = run.Snapshots();
        PhaseChange? change = run.PhaseChange();
        Snapshot last = snapshots[^1];
        HeadSnapshot best = last.Heads.MaxBy(h => h.PrefixMatching)!;

        ReportPage page = new("A training run");
        TransformerConfig model = run.Config.Model;
        page.Html(string.Create(CultureInfo.InvariantCulture, $"""
            <h1>{model.Layers} layers of {model.Heads} heads, {last.Tokens / 1e6:F1} million tokens</h1>
            <p class="lead">Loss {last.Loss:F2} nats, in-context score {last.InContextScore:F2}; {(change is null ? "no phase change" : FormattableString.Invariant($"a phase change between {change.StartTokens / 1e6:F2} and {change.EndTokens / 1e6:F2} million tokens"))};
            the best prefix matching is {best.PrefixMatching:F2}, of head {best.Layer}.{best.Head}.</p>
            """));
        page.Add(new("loss", Plot.LossAndInContextScore(snapshots, change)),
            change is null ? "Loss and in-context learning score on the evaluation rows." : "Loss and in-context learning score on the evaluation rows; the phase change is shaded.");
        page.Add(new("prefix-matching", Plot.PrefixMatching(snapshots, change)), "Attention to what followed earlier occurrences of the current token, on random repeated tokens.");
        page.Add(new("previous-token", Plot.PreviousToken(snapshots, change)), "Attention to the previous position: what an induction head in a later layer builds on.");
        page.Add(new("loss-by-index", Plot.LossByIndex(snapshots, change)), "The loss at each position of the context, over training.");
        page.Add(new("loss-derivative", Plot.LossDerivative(snapshots, change)), "How the loss falls along the context, over training.");
        if (last.AblationBaseline is { } baseline)
            page.Add(new("ablation", Plot.AblationBars([.. last.Heads.Select(h => ($"{h.Layer}.{h.Head}", h.AblatedInContextScore - baseline ?? 0, (string?)null))], title: "What each head carries of the in-context score")),
                "How the in-context score changes when a head's output is removed and all attention patterns are kept.");
        page.Add(new("copying-against-prefix", Plot.CopyingAgainstPrefix([.. last.Heads.Select(h => new HeadPoint(h.Layer, h.Head, h.PrefixMatching, h.CopyingSigned))])),
            "Every head at the end: induction heads stand in the upper right. Copying is the signed share, positive where attended tokens are raised.");
        page.AddView(Attention(run), "Where each head looks on an evaluation row.");
        return page.Write(run.Folder);
    }

    private static AttentionView Attention(TrainingRun run)
    {
        ITokenSource data = run.OpenData();
        int[] row = new int[run.Config.Model.Context];
        data.EvaluationRow(0, row);
        int[] shown = row[..Math.Min(AttentionTokens, row.Length)];
        ActivationCache cache = run.LoadModel().RunWithCache(shown, ["*.hook_pattern", "*.hook_v"]).Cache;
        return AttentionView.Of(cache, [.. shown.Select(t => data.Tokenizer?.TokenText(t) ?? t.ToString(CultureInfo.InvariantCulture))]);
    }
}
