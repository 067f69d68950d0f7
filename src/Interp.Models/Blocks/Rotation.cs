namespace Interp.Blocks;

/// <summary>Rotary positions: pair i of a head is turned by position · base^(−2i/dims), with the configured scaling.</summary>
internal sealed class Rotation
{
    private readonly double[] _frequencies;

    public Rotation(TransformerConfig config)
    {
        int dims = config.RotaryDims == 0 ? config.DHead : config.RotaryDims;
        _frequencies = new double[dims / 2];
        for (int i = 0; i < _frequencies.Length; i++)
            _frequencies[i] = Scaled(Math.Pow(config.RotaryBase, -2.0 * i / dims), config.RotaryScaling);
    }

    /// <summary>cos and sin of the angles of <paramref name="count"/> positions from <paramref name="first"/> on, each [p, dims/2].</summary>
    public (Tensor Cos, Tensor Sin) Tables(int first, int count)
    {
        Tensor cos = Tensor.Empty(count, _frequencies.Length), sin = Tensor.Empty(count, _frequencies.Length);
        Span<float> c = cos.Span, s = sin.Span;
        for (int p = 0, n = 0; p < count; p++)
        {
            foreach (double frequency in _frequencies)
            {
                (double sine, double cosine) = Math.SinCos((first + p) * frequency);
                (c[n], s[n++]) = ((float)cosine, (float)sine);
            }
        }
        return (cos, sin);
    }

    private static double Scaled(double frequency, RotaryScaling? scaling)
    {
        if (scaling is null) return frequency;
        if (scaling.Kind == RotaryScalingKind.Linear) return frequency / scaling.Factor;
        // Llama 3: waves that fit the original context many times keep their frequency, those that hardly fit are stretched.
        double turns = scaling.OriginalContext * frequency / (2 * Math.PI);
        double kept = Math.Clamp((turns - scaling.LowFrequencyFactor) / (scaling.HighFrequencyFactor - scaling.LowFrequencyFactor), 0, 1);
        return frequency * (kept + ((1 - kept) / scaling.Factor));
    }
}
