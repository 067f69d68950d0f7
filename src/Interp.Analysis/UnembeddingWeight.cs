using System.Numerics.Tensors;

namespace Interp;

/// <summary>The unembedding's directions, read without a copy whether it is stored [d_model, vocabulary] or tied to the embedding [vocabulary, d_model].</summary>
internal sealed class UnembeddingWeight(IHookedModel model)
{
    private readonly Tensor _stored = model.Parameters[model.Config.TiedEmbeddings ? "embed.W_E" : "unembed.W_U"];
    private readonly bool _tied = model.Config.TiedEmbeddings;
    private readonly int _width = model.Config.DModel, _vocabulary = model.Config.Vocabulary;

    /// <summary>The weight as it is stored.</summary>
    public Tensor Stored => _stored;

    /// <summary>The columns of some tokens, as rows [tokens, d_model].</summary>
    /// <exception cref="ArgumentException">A token is not in the vocabulary.</exception>
    public float[] Columns(ReadOnlySpan<int> tokens)
    {
        ReadOnlySpan<float> values = _stored.Span;
        float[] rows = new float[tokens.Length * _width];
        for (int j = 0; j < tokens.Length; j++)
        {
            if ((uint)tokens[j] >= (uint)_vocabulary) throw new ArgumentException($"Token {tokens[j]} is not in the vocabulary of {_vocabulary}.", nameof(tokens));
            for (int i = 0; i < _width; i++) rows[(j * _width) + i] = values[_tied ? (tokens[j] * _width) + i : (i * _vocabulary) + tokens[j]];
        }
        return rows;
    }

    /// <summary>The mean column [d_model]: subtracting it subtracts the mean logit over the vocabulary.</summary>
    public float[] Mean()
    {
        float[] mean = new float[_width];
        ReadOnlySpan<float> values = _stored.Span;
        if (_tied)
            for (int v = 0; v < _vocabulary; v++) TensorPrimitives.Add(mean, values.Slice(v * _width, _width), mean);
        else
            for (int i = 0; i < _width; i++) mean[i] = TensorPrimitives.Sum(values.Slice(i * _vocabulary, _vocabulary));
        TensorPrimitives.Divide(mean, _vocabulary, mean);
        return mean;
    }
}
