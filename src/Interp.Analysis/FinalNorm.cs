namespace Interp;

/// <summary>The norm before the unembedding, as attribution needs it: its scale at each position, and the rest as a linear map.</summary>
/// <remarks>With the scale s of a position frozen, the norm takes a part r of the residual stream to (r − mean(r)) / s · w (RMS norms do not subtract the mean).</remarks>
internal static class FinalNorm
{
    /// <summary>True where the norm subtracts the mean over d_model.</summary>
    public static bool Centres(TransformerConfig config) => config.Norm is NormKind.LayerNorm or NormKind.LayerNormPre;

    /// <summary>The gain [d_model]; null where there is none.</summary>
    public static Tensor? Gain(IHookedModel model) => model.Config.Norm is NormKind.LayerNorm or NormKind.Rms ? model.Parameters["ln_final.w"] : null;

    /// <summary>The whole norm, differentiable: residual [..., d_model] in and out.</summary>
    public static Tensor Apply(IHookedModel model, Tensor residual)
    {
        Tensor? gain = Gain(model);
        return model.Config.Norm switch
        {
            NormKind.None => residual,
            NormKind.LayerNorm or NormKind.LayerNormPre =>
                Ops.LayerNorm(residual, gain, gain is null ? null : model.Parameters["ln_final.b"], model.Config.NormEps, out _),
            _ => Ops.RmsNorm(residual, gain, model.Config.NormEps, out _),
        };
    }

    /// <summary>The norm's scale of each row: residual [..., d_model] → [rows].</summary>
    public static float[] Scales(TransformerConfig config, Tensor residual)
    {
        int width = config.DModel;
        ReadOnlySpan<float> values = residual.Span;
        float[] scales = new float[values.Length / width];
        for (int row = 0; row < scales.Length; row++) scales[row] = Scale(config, values.Slice(row * width, width));
        return scales;
    }

    private static float Scale(TransformerConfig config, ReadOnlySpan<float> row)
    {
        if (config.Norm == NormKind.None) return 1;
        double mean = 0, squares = 0;
        if (Centres(config))
        {
            foreach (float x in row) mean += x;
            mean /= row.Length;
        }
        foreach (float x in row) squares += (x - mean) * (x - mean);
        return (float)Math.Sqrt((squares / row.Length) + config.NormEps);
    }

    /// <summary>Directions [n, d_model] in the space after the norm, taken back before it: a part r of the stream adds r · direction / s there.</summary>
    /// <param name="model">The model.</param>
    /// <param name="directions">[n, d_model], changed in place.</param>
    /// <param name="useGain">False leaves the gain out, as peers do that expect it folded into the unembedding.</param>
    public static void PullBack(IHookedModel model, Span<float> directions, bool useGain = true)
    {
        int width = model.Config.DModel;
        Tensor? gainTensor = useGain ? Gain(model) : null;
        ReadOnlySpan<float> gain = gainTensor is null ? [] : gainTensor.Span;
        for (int row = 0; row < directions.Length; row += width)
        {
            Span<float> direction = directions.Slice(row, width);
            for (int i = 0; i < gain.Length; i++) direction[i] *= gain[i];
            if (!Centres(model.Config)) continue;
            double mean = 0;
            foreach (float x in direction) mean += x;
            mean /= width;
            for (int i = 0; i < width; i++) direction[i] -= (float)mean;
        }
    }
}
