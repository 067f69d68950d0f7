namespace Interp;

public static partial class Ops
{
    /// <summary>Log-softmax over the last axis: y_j = x_j − log Σ_k e^{x_k}.</summary>
    /// <param name="x">[..., n]</param>
    public static Tensor LogSoftmax(Tensor x) => Softmax(x, logarithm: true);
}
