namespace Interp.Bench;

/// <summary>A model of GPT-2 small's shape, with random weights: what costs time and memory is the shape.</summary>
internal static class Gpt2Small
{
    public static TransformerConfig Config { get; } = new()
    {
        Layers = 12,
        DModel = 768,
        Heads = 12,
        DHead = 64,
        DMlp = 3072,
        Vocabulary = 50257,
        Context = 1024,
        TiedEmbeddings = true,
        UnembedBias = false,
        InitializerRange = 0.02f,
    };

    /// <summary>A row of random tokens.</summary>
    public static Tokens Tokens(int positions, int batch = 1, ulong seed = 1)
    {
        Rng random = new(seed);
        int[] ids = new int[batch * positions];
        for (int i = 0; i < ids.Length; i++) ids[i] = random.Next(Config.Vocabulary);
        return new(ids, batch, positions);
    }

    /// <summary>Multiplications and additions of the matrix products of a forward pass; attention counts the pairs under the diagonal.</summary>
    public static double ForwardFlops(int positions)
    {
        double block = (4.0 * Config.DModel * Config.DModel) + (2.0 * Config.DModel * Config.DMlp) + (2.0 * Config.DModel * (positions + 1) / 2);
        return 2.0 * positions * ((Config.Layers * block) + ((double)Config.DModel * Config.Vocabulary));
    }
}
