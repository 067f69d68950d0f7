using System.Numerics.Tensors;

namespace Interp;

/// <summary>Directions of the unembedding W_U [d_model, vocabulary].</summary>
internal static class Unembedding
{
    /// <summary>The columns of some tokens, as rows [tokens, d_model].</summary>
    public static float[] Columns(IHookedModel model, ReadOnlySpan<int> tokens)
    {
        Tensor weight = model.Parameters["unembed.W_U"];
        int width = weight.Shape[0], vocabulary = weight.Shape[1];
        ReadOnlySpan<float> values = weight.Span;
        float[] rows = new float[tokens.Length * width];
        for (int j = 0; j < tokens.Length; j++)
        {
            if ((uint)tokens[j] >= (uint)vocabulary)
                throw new ArgumentException($"Token {tokens[j]} is not in the vocabulary of {vocabulary}.", nameof(tokens));
            for (int i = 0; i < width; i++) rows[(j * width) + i] = values[(i * vocabulary) + tokens[j]];
        }
        return rows;
    }

    /// <summary>The mean column [d_model]: subtracting it subtracts the mean logit over the vocabulary.</summary>
    public static float[] Mean(IHookedModel model)
    {
        Tensor weight = model.Parameters["unembed.W_U"];
        int width = weight.Shape[0], vocabulary = weight.Shape[1];
        float[] mean = new float[width];
        for (int i = 0; i < width; i++) mean[i] = TensorPrimitives.Sum(weight.Span.Slice(i * vocabulary, vocabulary)) / vocabulary;
        return mean;
    }
}
