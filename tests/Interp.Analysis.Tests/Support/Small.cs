namespace Interp.Analysis.Tests.Support;

/// <summary>Small random models and tokens.</summary>
internal static class Small
{
    public static TransformerConfig Config(int dMlp = 0, NormKind norm = NormKind.LayerNorm, bool parallel = false, int layers = 3) => new()
    {
        Layers = layers,
        DModel = 24,
        Heads = 3,
        DHead = 8,
        DMlp = dMlp,
        Vocabulary = 31,
        Context = 20,
        Norm = norm,
        ParallelBlocks = parallel,
        Positions = parallel ? PositionKind.Rotary : PositionKind.Learned,
    };

    public static HookedTransformer Model(int dMlp = 0, NormKind norm = NormKind.LayerNorm, bool parallel = false, int layers = 3, ulong seed = 1) =>
        new(Config(dMlp, norm, parallel, layers), seed);

    public static Tokens Tokens(int batch, int positions, ulong seed = 2, int vocabulary = 31)
    {
        Rng random = new(seed);
        return new([.. Enumerable.Range(0, batch * positions).Select(_ => random.Next(vocabulary))], batch, positions);
    }

    /// <summary>The styles of model that the engines treat differently: attention-only, MLPs in sequence, MLPs in parallel, RMS norms, no norms.</summary>
    public static HookedTransformer Style(string style) => style switch
    {
        "attention-only" => Model(),
        "sequential" => Model(dMlp: 32),
        "parallel" => Model(dMlp: 32, parallel: true),
        "rms" => Model(dMlp: 32, norm: NormKind.Rms),
        _ => Model(dMlp: 32, norm: NormKind.None),
    };

    /// <summary>The largest difference of two tensors.</summary>
    public static double Difference(Tensor a, Tensor b)
    {
        Assert.Equal(a.Shape.ToArray(), b.Shape.ToArray());
        double worst = 0;
        for (int i = 0; i < a.Length; i++) worst = Math.Max(worst, Math.Abs(a.Span[i] - b.Span[i]));
        return worst;
    }
}
