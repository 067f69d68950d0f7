namespace Interp;

/// <summary>Direct logit attribution: what each part of the residual stream adds to a logit, with the final norm's scale frozen.</summary>
/// <remarks>
/// With the scale s of the run frozen, the final norm and the unembedding are linear: a part r adds (r − mean(r))/s · w · W_U[:, token]
/// (RMS norms subtract no mean). Over all parts that add up to the stream, the norm's bias and b_U aside, they sum to the logit.
/// </remarks>
public static class LogitAttribution
{
    /// <summary>What each component adds to the logit of each row's answer, or to the difference to a wrong answer: [component, batch].</summary>
    /// <param name="model">The model.</param>
    /// <param name="parts">Components at one position.</param>
    /// <param name="answers">A token a row.</param>
    /// <param name="wrong">A token a row, or null for the plain logit.</param>
    /// <param name="useGain">False leaves the norm's gain out, as TransformerLens's <c>logit_attrs</c> does (it expects folded weights).</param>
    /// <exception cref="ArgumentException">There is not one token a row.</exception>
    public static Tensor Of(IHookedModel model, ResidualParts parts, IReadOnlyList<int> answers, IReadOnlyList<int>? wrong = null, bool useGain = true)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(parts);
        ArgumentNullException.ThrowIfNull(answers);
        int components = parts.Values.Shape[0], batch = parts.Values.Shape[1], width = parts.Values.Shape[2];
        if (answers.Count != batch || (wrong is not null && wrong.Count != batch))
            throw new ArgumentException($"{answers.Count} answers (and {wrong?.Count ?? batch} wrong ones) for {batch} rows.", nameof(answers));
        UnembeddingWeight unembedding = new(model);
        float[] directions = unembedding.Columns([.. answers]);
        if (wrong is not null)
        {
            float[] others = unembedding.Columns([.. wrong]);
            for (int i = 0; i < directions.Length; i++) directions[i] -= others[i];
        }
        FinalNorm.PullBack(model, directions, useGain);
        float[] scales = FinalNorm.Scales(model.Config, parts.Final);
        Tensor attributions = Tensor.Empty(components, batch);
        for (int c = 0; c < components; c++)
            for (int b = 0; b < batch; b++)
                attributions[c, b] = Dot(parts.Values.Span.Slice(((c * batch) + b) * width, width), directions.AsSpan(b * width, width)) / scales[b];
        return attributions;
    }

    private static float Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++) sum += (double)a[i] * b[i];
        return (float)sum;
    }
}
