namespace Interp.Models.Tests;

/// <summary>The reference models that lie beside these tests: one for every kind of architecture.</summary>
internal static class SmallModels
{
    public static TheoryData<string> Names => ["gpt2-tied", "neox", "no-norm", "qwen", "shortformer", "smeared"];

    /// <summary>A two-layer attention-only model with random weights.</summary>
    public static HookedTransformer Random(ulong seed = 1, int layers = 2) => new(
        new TransformerConfig { Layers = layers, DModel = 16, Heads = 2, DHead = 8, Vocabulary = 11, Context = 20 }, seed);

    public static Tokens Tokens(int batch, int positions, int vocabulary = 11, ulong seed = 3)
    {
        Rng random = new(seed);
        return new Tokens([.. Enumerable.Range(0, batch * positions).Select(_ => random.Next(vocabulary))], batch, positions);
    }
}
