namespace Interp;

public static partial class Ops
{
    /// <summary>activation(x·weight + bias) + residual, in one pass over the result.</summary>
    /// <param name="x">[..., d_in]</param>
    /// <param name="weight">[d_in, d_out]</param>
    /// <param name="bias">[d_out]</param>
    /// <param name="activation">Applied to x·weight + bias.</param>
    /// <param name="residual">[..., d_out], added last.</param>
    /// <returns>[..., d_out]</returns>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static Tensor Linear(Tensor x, Tensor weight, Tensor? bias = null, Activation activation = Activation.None, Tensor? residual = null)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(weight);
        if (weight.Rank != 2 || x.Rank == 0 || x.LastSize != weight.Shape[0])
            throw Misfit(nameof(Linear), "x [..., d_in], weight [d_in, d_out]", x, weight);
        int inputs = weight.Shape[0], outputs = weight.Shape[1];
        int[] shape = [.. x.Shape[..^1], outputs];
        CheckBias(nameof(Linear), bias, outputs, "[d_out]");
        CheckResidual(nameof(Linear), residual, shape);
        return new Projection(x.Length / Math.Max(1, inputs), inputs, outputs).Forward(x, weight, bias, activation, residual, shape);
    }

    private static ArgumentException Misfit(string operation, string expected, Tensor x, Tensor weight) =>
        new($"{operation} needs {expected}; got x {TensorShape.Text(x.Shape)}, weight {TensorShape.Text(weight.Shape)}.");

    private static void CheckBias(string operation, Tensor? bias, int length, string expected)
    {
        if (bias is not null && bias.Length != length)
            throw new ArgumentException($"{operation} needs a bias {expected} of {length} elements; got {TensorShape.Text(bias.Shape)}.", nameof(bias));
    }

    private static void CheckResidual(string operation, Tensor? residual, ReadOnlySpan<int> shape)
    {
        if (residual is not null && !residual.Shape.SequenceEqual(shape))
            throw new ArgumentException($"{operation} adds a residual of its result's shape {TensorShape.Text(shape)}; got {TensorShape.Text(residual.Shape)}.", nameof(residual));
    }
}
