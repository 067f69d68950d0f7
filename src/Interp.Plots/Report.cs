using System.Globalization;
using System.Text;
using Interp.Reports;
using Interp.Reproduce;

namespace Interp;

/// <summary>The page of a reproduction: what was expected and found, and the paper's model analysis table, a column a model.</summary>
public static class Report
{
    /// <summary>Writes <c>index.html</c>, every figure alone under <c>figures/</c>, and (where the library was built with it) plotly.js beside them.</summary>
    /// <param name="folder">The folder of the reproduction.</param>
    /// <param name="results">What it measured.</param>
    /// <returns>The full path of <c>index.html</c>.</returns>
    public static string Write(string folder, ReproductionResults results)
    {
        ArgumentNullException.ThrowIfNull(results);
        ReportPage page = new("Induction heads, reproduced");
        ReproductionFigures figures = new(results);
        Introduction(page, results);
        page.Add(figures.Scores(), "The in-context learning score of each model over training (lower is more), with each phase change shaded. One layer cannot compose an induction head; with smeared keys it need not.");
        page.Add(figures.AblationBars(), "How much of the score goes when one head's output is removed and every attention pattern is kept as it was. Heads are coloured by what they do on random repeated tokens.");
        page.Section("What was expected, and what was found", "Every statement is checked against this run; nothing is typed in.");
        page.Html(StatementTable(results.Statements));
        page.Section("Model analysis table", "A column a model, a row a measure; the shaded or dashed span is the model's phase change. Scroll sideways for more models; open a figure to zoom.");
        page.Html("<div class=\"wide\">");
        page.Table([.. results.Models.Select(m => m.Title)], figures.Rows());
        page.Html("</div>");
        page.Section("Across the models", "What the paper calls curiosities: regularities that hold, or turn around, across sizes.");
        foreach ((ReportFigure figure, string caption) in figures.Curiosities()) page.Add(figure, caption);
        page.Section("How it was measured", "Definitions are in the library's documentation, each with its source; all numbers behind this page are in results.json.");
        page.Html(Methods(results));
        return page.Write(folder);
    }

    private static void Introduction(ReportPage page, ReproductionResults results)
    {
        int holds = results.Statements.Count(s => s.Holds), all = results.Statements.Count;
        ModelResults one = results.Models.Single(m => m.Name == Series.OneLayer), two = results.Models.Single(m => m.Name == Series.TwoLayers);
        string window = two.PhaseChange is { } w
            ? string.Create(CultureInfo.InvariantCulture, $"Between {w.StartTokens / 1e6:F2} and {w.EndTokens / 1e6:F2} million training tokens the two-layer model learns to use its context")
            : "In this run the two-layer model did not learn to use its context abruptly";
        page.Html(string.Create(CultureInfo.InvariantCulture, $"""
            <h1>Induction heads, reproduced</h1>
            <p class="lead">{window}: its in-context score reaches {two.InContextScore:F2} nats, while the one-layer model stays at {one.InContextScore:F2}.
            Its best head matches prefixes at {two.BestHead.PrefixMatching:F2} (the one-layer model's: {one.BestHead.PrefixMatching:F2}), and removing its induction heads takes away
            {two.Ablation.InductionRemoved:P0} of the score; removing as many other heads, {two.Ablation.OtherRemoved:P0}.</p>
            <p>{results.Models.Count} small transformers trained on text-like data, after <a href="https://arxiv.org/abs/2209.11895"><em>In-context Learning and Induction Heads</em></a> (Olsson et al. 2022).
            <strong class="{(holds == all ? "holds" : "fails")}">{holds} of {all} statements hold.</strong></p>
            <p class="facts numbers">seed {results.Seed}{(results.Quick ? ", short form" : "")} · {results.Models.Sum(m => m.Snapshots[^1].Tokens) / 1e6:F0} million training tokens · {results.Seconds:F0} s · interp {results.Version}</p>
            """));
    }

    private static string StatementTable(IReadOnlyList<Statement> statements)
    {
        StringBuilder table = new("<div class=\"scroll\"><table class=\"statements numbers\"><thead><tr><th>model</th><th>expected</th><th>measured</th><th></th></tr></thead><tbody>\n");
        string subject = "";
        foreach (Statement s in statements)
        {
            table.Append(CultureInfo.InvariantCulture, $"<tr><td>{(s.Subject == subject ? "" : ReportPage.Text(s.Subject))}</td><td>{ReportPage.Text(s.Expected)}</td><td>{ReportPage.Text(s.Measured)}</td>")
                .Append(s.Holds ? "<td class=\"verdict holds\">✓ holds</td></tr>\n" : "<td class=\"verdict fails\">✗ does not hold</td></tr>\n");
            subject = s.Subject;
        }
        return table.Append("</tbody></table></div>").ToString();
    }

    private static string Methods(ReproductionResults results)
    {
        TrainingConfig training = results.Models[0].Training;
        return string.Create(CultureInfo.InvariantCulture, $"""
            <p>Width {training.Model.DModel}, {training.Model.Heads} heads a layer, context {training.Model.Context}, vocabulary {training.Model.Vocabulary}; batches of {training.Batch} rows, AdamW at {training.LearningRate.Peak:G2}.
            In-context score: {results.InContextPositions}. Phase change: the smallest window that holds 80 % of the largest drop of the smoothed score.
            The two principal components explain {results.ExplainedVariance.Sum():P0} of the variance of all per-token-loss vectors.</p>
            """);
    }
}
