namespace Interp;

public static partial class Ops
{
    /// <summary>Projection into heads: y[b, p, h] = x[b, p]·weight[h] + bias[h], one product over all heads with no copy of the weights.</summary>
    /// <param name="x">[batch, position, d_model]</param>
    /// <param name="weight">[heads, d_model, d_head]</param>
    /// <param name="bias">[heads, d_head]</param>
    /// <returns>[batch, position, heads, d_head]</returns>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static Tensor HeadLinear(Tensor x, Tensor weight, Tensor? bias = null)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(weight);
        if (weight.Rank != 3 || x.Rank == 0 || x.LastSize != weight.Shape[1])
            throw Misfit(nameof(HeadLinear), "x [batch, position, d_model], weight [heads, d_model, d_head]", x, weight);
        (int heads, int inputs, int width) = (weight.Shape[0], weight.Shape[1], weight.Shape[2]);
        CheckBias(nameof(HeadLinear), bias, heads * width, "[heads, d_head]");
        var projection = new Projection(x.Length / Math.Max(1, inputs), inputs, heads * width, heads);
        return projection.Forward(x, weight, bias, Activation.None, null, [.. x.Shape[..^1], heads, width]);
    }
}
