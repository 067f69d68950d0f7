namespace Interp.Plots.Tests;

/// <summary>Made-up numbers of the right shapes: nothing here was measured.</summary>
internal static class Samples
{
    public static double[] Tokens { get; } = [.. Enumerable.Range(0, 60).Select(n => n * 100_000.0)];
    public static TokenWindow Window { get; } = new(1_500_000, 2_400_000);
    public static double[] Loss { get; } = [.. Tokens.Select(t => 1.6 + 3.2 * Math.Exp(-t / 700_000) - 0.6 * Step(t))];
    public static double[] Score { get; } = [.. Tokens.Select(t => -0.3 * (1 - Math.Exp(-t / 500_000)) - 2.2 * Step(t))];

    /// <summary>0 before the window, 1 after it.</summary>
    public static double Step(double tokens, double at = 1_950_000) => 1 / (1 + Math.Exp(-(tokens - at) / 120_000));

    public static HeadCurve[] PrefixHeads { get; } =
    [
        .. from layer in Enumerable.Range(0, 2)
           from head in Enumerable.Range(0, 4)
           let top = layer == 1 && head < 3 ? 0.9 - 0.15 * head : 0.04 + 0.01 * head
           select new HeadCurve(layer, head, [.. Tokens.Select(t => 0.02 + top * Step(t))], Kind(layer, head)),
    ];

    public static HeadCurve[] AblationHeads { get; } =
        [.. PrefixHeads.Select(h => h with { Values = [.. h.Values.Select((v, n) => h.Kind == HeadKinds.Induction ? 1.1 * v : 0.05 * Math.Sin(n + h.Head))] })];

    public static float[,] LossMatrix { get; } = Matrix(Tokens.Length, 96, (n, i) => (float)(Loss[n] + 0.3 - (0.1 + 0.6 * Step(Tokens[n])) * Math.Log(1 + i)));
    public static float[,] Derivative { get; } = Matrix(Tokens.Length, 96, (n, i) => (float)(-0.05 - 0.6 * Step(Tokens[n]) * Math.Min(1, i / 20.0) + 0.05 * Math.Sin(n * i)));

    public static LossTrajectory[] Trajectories { get; } =
    [
        .. new[] { "1 layer", "2 layers", "3 layers", "2 layers + MLP" }.Select((name, m) => new LossTrajectory(
            name, Tokens, [.. Tokens.Select(t => -40 * Math.Exp(-t / 900_000) + (m == 0 ? 0 : 20 * Step(t)) + m)],
            [.. Tokens.Select(t => 15 * Math.Sin(t / 2_000_000) - (m == 0 ? 0 : 25 * Step(t)) - 2 * m)], m == 0 ? null : Window)),
    ];

    public static NamedCurve[] Runs { get; } =
        [.. new[] { "1 layer", "2 layers", "3 layers" }.Select((name, m) => new NamedCurve(name, Tokens, [.. Loss.Select(l => l - 0.1 * m)], m == 0 ? null : Window))];

    public static NamedCurve[] ByIndex { get; } =
        [.. new[] { "1 layer", "2 layers", "3 layers" }.Select((name, m) => new NamedCurve(name, [.. Enumerable.Range(1, 95).Select(i => (double)i)], [.. Enumerable.Range(1, 95).Select(i => -0.1 * (m + 1) * Math.Log(96.0 / i))]))];

    public static HeadPoint[] Heads { get; } =
        [.. PrefixHeads.Select(h => new HeadPoint(h.Layer, h.Head, h.Values[^1], h.Kind == HeadKinds.Induction ? 0.7 - 0.1 * h.Head : -0.2 + 0.1 * h.Head, h.Kind, "2 layers", 2)),
         .. PrefixHeads.Select(h => new HeadPoint(h.Layer, h.Head, h.Values[^1] * 0.8, h.Kind == HeadKinds.Induction ? 0.5 : 0, h.Kind, "2 layers + MLP", 2))];

    public static (string, double, string?)[] Ablations { get; } = [.. AblationHeads.Select(h => (h.Name, h.Values[^1], h.Kind))];

    public static string[] Text { get; } = ["<bos>", "The", " Dursleys", " of", "\n", "Pri", "vet", " Drive", " <script>alert(1)</script>", " The", " Durs", "leys", " &", " of", " Pri", "vet"];

    public static float[,] Pattern(int n, int head = 0)
    {
        float[,] pattern = new float[n, n];
        for (int q = 0; q < n; q++)
        {
            for (int k = 0; k <= q; k++) pattern[q, k] = k == 0 ? 0.3f : 0.1f;
            pattern[q, Math.Max(0, q - 1 - head)] += 1;
            float sum = 0;
            for (int k = 0; k <= q; k++) sum += pattern[q, k];
            for (int k = 0; k <= q; k++) pattern[q, k] /= sum;
        }
        return pattern;
    }

    public static float[,,,] Patterns(int layers, int heads, int n)
    {
        float[,,,] patterns = new float[layers, heads, n, n];
        for (int l = 0; l < layers; l++)
        {
            for (int h = 0; h < heads; h++)
            {
                float[,] one = Pattern(n, l * heads + h);
                for (int q = 0; q < n; q++)
                    for (int k = 0; k < n; k++)
                        patterns[l, h, q, k] = one[q, k];
            }
        }
        return patterns;
    }

    private static readonly HookedTransformer SmallModel = new(new TransformerConfig { Layers = 2, DModel = 16, Heads = 2, DHead = 8, Vocabulary = 40, Context = 64 }, seed: 1);

    public static HeadScores Scores { get; } = HeadScores.Measure(SmallModel);

    /// <summary>One figure of every builder.</summary>
    public static IReadOnlyDictionary<string, Figure> Figures { get; } = new Dictionary<string, Figure>
    {
        ["loss"] = Plot.Loss(Tokens, Loss, Window),
        ["in-context-score"] = Plot.InContextScore(Tokens, Score, Window),
        ["loss-and-score"] = Plot.LossAndInContextScore(Tokens, Loss, Score, Window),
        ["training-curves"] = Plot.TrainingCurves(Runs),
        ["prefix-matching"] = Plot.PrefixMatching(Tokens, PrefixHeads, Window),
        ["previous-token"] = Plot.PreviousToken(Tokens, PrefixHeads, Window),
        ["qk-trace"] = Plot.QkTrace(Tokens, [.. PrefixHeads.Select(h => h with { Values = [.. h.Values.Select(v => 4000 * v)] })], Window),
        ["loss-derivative"] = Plot.LossDerivative(Tokens, Derivative, Window),
        ["loss-by-index"] = Plot.LossByIndex(Tokens, LossMatrix, Window),
        ["trajectories"] = Plot.LossTrajectories(Trajectories),
        ["trajectories-one"] = Plot.LossTrajectories(Trajectories, highlight: "2 layers"),
        ["ablation-bars"] = Plot.AblationBars(Ablations),
        ["ablation-comparison"] = Plot.AblationComparison([("2 layers", -2.6, 0.3, -2.5), ("2 layers with MLPs", -2.2, -0.1, -2.3)]),
        ["ablation-score"] = Plot.AblationToInContextScore(Tokens, AblationHeads, Window),
        ["ablation-before-after"] = Plot.AblationToBeforeAndAfter(Tokens, AblationHeads, Window),
        ["copying-prefix"] = Plot.CopyingAgainstPrefix(Heads),
        ["prefix-by-depth"] = Plot.PrefixByDepth(Heads),
        ["late-minus-index"] = Plot.LateMinusIndex(ByIndex),
        ["loss-against-index"] = Plot.LossAgainstIndex(ByIndex),
        ["loss-slope"] = Plot.LossSlope([.. Runs.Select(r => r with { X = [.. r.X.Skip(1)], Y = [.. r.Y.Skip(1)] })]),
        ["attention"] = Plot.AttentionPattern(Pattern(Text.Length), Text, "head 1.4"),
        ["effects"] = Plot.Effects(new float[,] { { 0.5f, -0.2f, 0 }, { float.NaN, 1, -1 } }, ["0", "1"], [" a", "<b>", " a"], "layer (index)", "position (token)", "change of loss (nats)"),
        ["head-effects"] = Plot.Effects(new[,] { { 0.5, -0.2 }, { double.NaN, 1 } }, "change of loss (nats)"),
        ["position-effects"] = Plot.Effects(Tensor.From([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], 2, 3, 2), "restored (share)", tokens: [" a", "<b>", " a"]),
        ["head-scores"] = Plot.HeadScoreTable(Scores),
        ["eigenvalues"] = Plot.Eigenvalues([("1.0", [new(3, 1), new(3, -1), 0.5]), ("1.1", [-1, 2])]),
        ["composition"] = Plot.CompositionScores(Composition.Scores(SmallModel, CompositionKind.K), baseline: 0.1),
        ["contributions"] = Plot.Contributions([("embed", 0.3), ("0_attn_out", -0.1), ("1_attn_out", 2)], "component (name)", "contribution (logits)"),
        ["logit-lens"] = Plot.LogitLens(["0_pre", "final_post"], [" The", " cat"], [[" a", " cat"], ["<b>", " sat"]], [[0.1, 0.6], [0.2, 0.9]]),
        ["attention-grid"] = Plot.AttentionGrid(Patterns(2, 4, Text.Length), Text),
    };

    private static float[,] Matrix(int rows, int columns, Func<int, int, float> cell)
    {
        float[,] matrix = new float[rows, columns];
        for (int r = 0; r < rows; r++)
            for (int c = 0; c < columns; c++)
                matrix[r, c] = cell(r, c);
        return matrix;
    }

    private static string Kind(int layer, int head) =>
        layer == 1 && head < 3 ? HeadKinds.Induction : layer == 0 && head == 0 ? HeadKinds.PreviousToken : HeadKinds.Other;
}
