using System.Globalization;

namespace Interp.Reproduce;

/// <summary>What the paper leads us to expect of the series, checked.</summary>
internal static class Statements
{
    /// <summary>All statements, in the order of the paper's arguments.</summary>
    public static IReadOnlyList<Statement> Check(IReadOnlyList<ModelResults> models)
    {
        ModelResults Model(string name) => models.Single(m => m.Name == name);
        ModelResults one = Model(Series.OneLayer), two = Model(Series.TwoLayers);
        ModelResults oneSmeared = Model(Series.OneLayerSmeared), twoSmeared = Model(Series.TwoLayersSmeared);

        List<Statement> all = [];
        void Add(string subject, string expected, string measured, bool holds) => all.Add(new Statement(subject, expected, measured, holds));

        Add(one.Title, "no phase change", Window(one), one.PhaseChange is null);
        Add(one.Title, "best prefix matching < 0.2", Best(one), one.BestHead.PrefixMatching < 0.2);
        Add(
            one.Title, "in-context score less than a third of the 2-layer model's",
            $"{N(one.InContextScore)} against {N(two.InContextScore)} nats", Math.Abs(one.InContextScore) < Math.Abs(two.InContextScore) / 3);

        foreach (ModelResults model in new[] { two, Model(Series.ThreeLayers), Model(Series.TwoLayersMlp) })
        {
            Add(model.Title, "a phase change inside the run", Window(model), model.PhaseChange is not null && InsideRun(model));
            Add(model.Title, "best prefix matching ≥ 0.7, with positive copying", Best(model), model.BestHead is { PrefixMatching: >= 0.7, CopyingSigned: > 0 });
            Add(model.Title, "in-context score ≤ −1 nat", $"{N(model.InContextScore)} nats", model.InContextScore <= -1);
            Add(
                model.Title, "≥ 75 % of the in-context score formed inside the window",
                model.PhaseChange is { } window ? Percent(window.FractionInside) : "no window", model.PhaseChange?.FractionInside >= 0.75);
        }

        Add(
            oneSmeared.Title, "a phase change, which the 1-layer model without smearing lacks",
            $"{Window(oneSmeared)}; without smearing: {Window(one)}", oneSmeared.PhaseChange is not null && one.PhaseChange is null);
        Add(
            twoSmeared.Title, "its phase change comes earlier than without smearing",
            $"halfway at {Halfway(twoSmeared)}; without smearing: {Halfway(two)}",
            twoSmeared.PhaseChange is { } early && two.PhaseChange is { } late && early.HalfwayTokens < late.HalfwayTokens && early.EndTokens < late.EndTokens);

        foreach (ModelResults model in models.Where(m => m.Name != Series.OneLayer))
        {
            AblationResults a = model.Ablation;
            Add(
                model.Title, "pattern-preserving ablation of the induction heads removes ≥ 75 % of the in-context score",
                $"{Percent(a.InductionRemoved)} ({a.InductionHeads.Count} heads: {string.Join(", ", a.InductionHeads)})", a.InductionRemoved >= 0.75);
            // Where every head is an induction head there is nothing to compare with.
            if (a.OtherHeads.Count == 0 && a.InductionHeads.Count > 0) continue;
            Add(
                model.Title, "ablation of as many other heads removes < 15 %",
                a.OtherHeads.Count == 0 ? "no heads were ablated" : $"{Percent(a.OtherRemoved)} (mean of {a.OtherHeads.Count} sets of {a.OtherHeads[0].Count})",
                a.OtherHeads.Count > 0 && a.OtherRemoved < 0.15);
        }
        return all;
    }

    // The score has a before and an after only where the window touches neither end of the run.
    private static bool InsideRun(ModelResults model) =>
        model.PhaseChange is { } w && w.StartTokens > 0 && w.EndTokens < model.Snapshots[^1].Tokens;

    private static string Window(ModelResults model) => model.PhaseChange is { } w
        ? string.Create(CultureInfo.InvariantCulture, $"from {w.StartTokens / 1e6:F2} to {w.EndTokens / 1e6:F2} million tokens of {model.Snapshots[^1].Tokens / 1e6:F2}")
        : "none";

    private static string Halfway(ModelResults model) => model.PhaseChange is { } w
        ? string.Create(CultureInfo.InvariantCulture, $"{w.HalfwayTokens / 1e6:F2} million tokens")
        : "none";

    private static string Best(ModelResults model) => string.Create(
        CultureInfo.InvariantCulture, $"{model.BestHead.PrefixMatching:F2} at head {model.BestHead.Layer}.{model.BestHead.Head}, signed copying {model.BestHead.CopyingSigned:F2}");

    private static string N(double value) => value.ToString("F2", CultureInfo.InvariantCulture);

    private static string Percent(double fraction) => (100 * fraction).ToString("F0", CultureInfo.InvariantCulture) + " %";
}
