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
        page.AddPairs(
        [
            (figures.Scores(), "The in-context learning score of each model over training; the thick stretch is its phase change. One layer cannot compose an induction head; with smeared keys it need not."),
            (figures.AblationComparison(), "The score at the end of training, whole and with heads removed while every attention pattern is kept as it was. Above zero, late tokens are predicted worse than early ones."),
        ]);
        page.Section("statements", "What was expected, and what was found", "Every statement is checked against this run; nothing is typed in.");
        page.Html(StatementTable(results.Statements));
        page.Section("models", "Model analysis table", "A column a model, a row a measure, as in the paper. The shaded span, or the span between dashed lines, is the model's phase change. Axes are the same along a row, but for the QK trace; a click enlarges a figure.");
        page.Table([.. results.Models.Select(m => m.Title)], figures.Rows());
        page.Section("across", "Across the models", "What the paper calls curiosities: regularities that hold, or turn around, across sizes.");
        page.AddPairs([.. figures.Curiosities(), (figures.AblationBars(), "Removing one head at a time from the two-layer model, all attention patterns kept: heads of a kind stand in for one another.")]);
        page.Section("methods", "How it was measured", "Definitions are in the library's documentation, each with its source; all numbers behind this page are in results.json.");
        page.Html(Methods(results));
        return page.Write(folder);
    }

    private static void Introduction(ReportPage page, ReproductionResults results)
    {
        int holds = results.Statements.Count(s => s.Holds), all = results.Statements.Count;
        ModelResults one = results.Models.Single(m => m.Name == Series.OneLayer), two = results.Models.Single(m => m.Name == Series.TwoLayers);
        string window = two.PhaseChange is { } w
            ? string.Create(CultureInfo.InvariantCulture, $"Between {w.StartTokens / 1e6:F1} and {w.EndTokens / 1e6:F1} million training tokens a two-layer transformer learns to use its context")
            : "In this run the two-layer transformer did not learn to use its context abruptly";
        page.Html(string.Create(CultureInfo.InvariantCulture, $"""
            <header>
            <h1>Induction heads, reproduced</h1>
            <p class="lead">{window}: what it predicts late in a text becomes {Number(-two.InContextScore)} nats better than early in it, {two.InContextScore / one.InContextScore:F1} times as much as in a one-layer model.
            In the same span attention heads form that look for what followed the current token before, and copy it. {Removed(two.Ablation)}</p>
            <p>{results.Models.Count} small transformers on text-like data, after <a href="https://arxiv.org/abs/2209.11895"><em>In-context Learning and Induction Heads</em></a> (Olsson et al. 2022).</p>
            <div class="tiles numbers">
            <div><b class="{(holds == all ? "holds" : "fails")}">{holds} of {all}</b>statements hold</div>
            <div><b>{Number(two.InContextScore)} nats</b>in-context score, 2 layers (1 layer: {Number(one.InContextScore)})</div>
            <div><b>{Number(two.BestHead.PrefixMatching)}</b>best prefix matching, 2 layers (1 layer: {Number(one.BestHead.PrefixMatching)})</div>
            <div><b>{Percent(two.Ablation.InductionRemoved)}</b>of the score goes with the induction heads (with as many others: {Percent(two.Ablation.OtherRemoved)})</div>
            </div>
            <p class="facts numbers">seed {results.Seed}{(results.Quick ? ", short form" : "")} · {results.Models.Sum(m => m.Snapshots[^1].Tokens) / 1e6:F0} million training tokens · {results.Seconds:F0} s · interp {results.Version}</p>
            <p class="contents"><a href="#statements">Statements</a><a href="#models">Model analysis table</a><a href="#across">Across the models</a><a href="#methods">How it was measured</a><a href="results.json">results.json</a></p>
            </header>
            """));
    }

    private static string Removed(AblationResults ablation) => ablation.InductionRemoved switch
    {
        >= 1 => "Remove these heads, and nothing of the advantage is left; ",
        >= 0.5 => string.Create(CultureInfo.InvariantCulture, $"Remove these heads, and {Percent(ablation.InductionRemoved)} of the advantage is gone; "),
        _ => string.Create(CultureInfo.InvariantCulture, $"In this run removing these heads takes only {Percent(ablation.InductionRemoved)} of the advantage; "),
    } + string.Create(CultureInfo.InvariantCulture, $"removing as many others changes it by {Percent(Math.Abs(ablation.OtherRemoved))}.");

    private static string StatementTable(IReadOnlyList<Statement> statements)
    {
        StringBuilder table = new("<div class=\"scroll\"><table class=\"statements numbers\"><thead><tr><th>model</th><th>expected</th><th>measured</th><th></th></tr></thead>\n");
        string Verdict(Statement s) => s.Holds ? "<td class=\"verdict holds\">✓ holds</td>" : "<td class=\"verdict fails\">✗ does not hold</td>";
        foreach (IGrouping<string, Statement> subject in statements.GroupBy(s => s.Subject))
        {
            table.Append("<tbody>");
            foreach ((int i, Statement s) in subject.Index())
                table.Append("<tr>").Append(i == 0 ? $"<th rowspan=\"{subject.Count()}\">{ReportPage.Text(subject.Key)}</th>" : "")
                    .Append(CultureInfo.InvariantCulture, $"<td>{ReportPage.Text(s.Expected)}</td><td class=\"measured\">{ReportPage.Text(s.Measured.Replace("-", "−", StringComparison.Ordinal))}</td>{Verdict(s)}</tr>\n");
            table.Append("</tbody>");
        }
        return table.Append("</table></div>").ToString();
    }

    // A true minus sign, as wide as a digit.
    private static string Number(double x) => x.ToString("F2", CultureInfo.InvariantCulture).Replace('-', '−');

    private static string Percent(double x) => (100 * x).ToString("F0", CultureInfo.InvariantCulture).Replace('-', '−') + " %";

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
