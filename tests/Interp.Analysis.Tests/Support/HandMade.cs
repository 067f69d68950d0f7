namespace Interp.Analysis.Tests.Support;

/// <summary>Models whose circuits are written down by hand, so that every score is known.</summary>
/// <remarks>
/// The residual stream of <see cref="Induction"/> and <see cref="FixedOffset"/> is split in blocks: the token (one-hot, V wide), its
/// predecessor (V wide, written by a previous-token head) and the position (one-hot, C wide). There are no norms.
/// </remarks>
internal static class HandMade
{
    public const int Vocabulary = 40, Context = 128;

    /// <summary>How sharp a hand-made head's attention is: e^−40 leaks to each other key.</summary>
    private const float Sharp = 40;

    /// <summary>Two layers of one head: 0.0 copies each token's predecessor into a second block of the stream, 1.0 attends where that block holds the current token and copies.</summary>
    public static HookedTransformer Induction(float copying = 1)
    {
        HookedTransformer model = Empty(layers: 2);
        PreviousPositions(model, layer: 0, offset: 1);
        Tensor value = model.Parameters["blocks.0.attn.W_V"], output = model.Parameters["blocks.0.attn.W_O"];
        for (int t = 0; t < Vocabulary; t++)
        {
            value[0, t, t] = 1;
            output[0, t, Vocabulary + t] = 1;
        }
        Tensor query = model.Parameters["blocks.1.attn.W_Q"], key = model.Parameters["blocks.1.attn.W_K"];
        for (int t = 0; t < Vocabulary; t++)
        {
            query[0, t, t] = Sharp;
            key[0, Vocabulary + t, t] = 1;
            model.Parameters["blocks.1.attn.W_V"][0, t, t] = 1;
            model.Parameters["blocks.1.attn.W_O"][0, t, t] = copying;
        }
        return model;
    }

    /// <summary>One layer of one head that attends <paramref name="offset"/> positions back and copies.</summary>
    public static HookedTransformer FixedOffset(int offset)
    {
        HookedTransformer model = Empty(layers: 1);
        PreviousPositions(model, 0, offset);
        for (int t = 0; t < Vocabulary; t++)
        {
            model.Parameters["blocks.0.attn.W_V"][0, t, t] = 1;
            model.Parameters["blocks.0.attn.W_O"][0, t, t] = 1;
        }
        return model;
    }

    private static HookedTransformer Empty(int layers)
    {
        TransformerConfig config = new()
        {
            Layers = layers,
            DModel = (2 * Vocabulary) + Context,
            Heads = 1,
            DHead = Context,
            Vocabulary = Vocabulary,
            Context = Context,
            Norm = NormKind.None,
            AttentionScale = 1,
            BosToken = 0,
        };
        HookedTransformer model = new(config, ParameterShape.Of(config).ToDictionary(p => p.Name, p => Tensor.Zeros(p.Shape)));
        for (int t = 0; t < Vocabulary; t++)
        {
            model.Parameters["embed.W_E"][t, t] = 1;
            model.Parameters["unembed.W_U"][t, t] = 1;
        }
        for (int p = 0; p < Context; p++) model.Parameters["pos_embed.W_pos"][p, (2 * Vocabulary) + p] = 1;
        return model;
    }

    /// <summary>Head 0 of a layer attends from position p to p − offset (the first positions to position 0).</summary>
    private static void PreviousPositions(HookedTransformer model, int layer, int offset)
    {
        Tensor query = model.Parameters[$"blocks.{layer}.attn.W_Q"], key = model.Parameters[$"blocks.{layer}.attn.W_K"];
        for (int p = 0; p < Context; p++)
        {
            query[0, (2 * Vocabulary) + p, Math.Max(0, p - offset)] = Sharp;
            key[0, (2 * Vocabulary) + p, p] = 1;
        }
    }
}
