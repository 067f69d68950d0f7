using Interp.Gemm;

namespace Interp;

public static partial class Ops
{
    /// <summary>What each head adds to the residual stream: y[b, p, h] = z[b, p, h]·weight[h]. Their sum over heads is <see cref="HeadOutput"/> without bias.</summary>
    /// <param name="z">[batch, position, heads, d_head]</param>
    /// <param name="weight">[heads, d_head, d_model]</param>
    /// <returns>[batch, position, heads, d_model]</returns>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static unsafe Tensor HeadResults(Tensor z, Tensor weight)
    {
        CheckHeads(nameof(HeadResults), z, weight);
        (int heads, int width, int model) = (weight.Shape[0], weight.Shape[1], weight.Shape[2]);
        int rows = z.Length / Math.Max(1, heads * width);
        Tensor result = Tensor.Allocate([.. z.Shape[..^1], model]);
        fixed (float* pz = z.Span, pw = weight.Span, pr = result.Span)
            MatrixProduct.Batched(OfHeads(pz, rows, heads, width), WeightsOfHeads(pw, heads, width, model), OfHeads(pr, rows, heads, model));
        return Autograd.Records(z, weight) ? result.Record(new HeadResultsNode(z, weight, rows)) : result;
    }

    /// <summary>[rows, heads, width] as one matrix [rows, width] a head.</summary>
    private static unsafe BatchView OfHeads(float* origin, int rows, int heads, int width) =>
        new(new MatrixView(origin, rows, width, (nint)heads * width), heads, width);

    /// <summary>[heads, rows, columns] as one matrix a head.</summary>
    private static unsafe BatchView WeightsOfHeads(float* origin, int heads, int rows, int columns) =>
        new(new MatrixView(origin, rows, columns), heads, (nint)rows * columns);

    private static BatchView Transposed(BatchView batch) => batch with { First = batch.First.Transposed };

    private sealed unsafe class HeadResultsNode(Tensor z, Tensor weight, int rows) : GradNode(z, weight)
    {
        protected override void Backward(Tensor gradient)
        {
            (int heads, int width, int model) = (weight.Shape[0], weight.Shape[1], weight.Shape[2]);
            fixed (float* pg = gradient.Span, pz = z.Span, pw = weight.Span)
            {
                BatchView g = OfHeads(pg, rows, heads, model);
                if (Wants(1))
                {
                    GradientTarget target = Target(1);
                    bool accumulate = target.InitialiseSum();
                    fixed (float* pd = target.Destination.Span)
                        MatrixProduct.Batched(Transposed(OfHeads(pz, rows, heads, width)), g, WeightsOfHeads(pd, heads, width, model), accumulate);
                }
                if (Wants(0))
                {
                    GradientTarget target = Target(0);
                    bool accumulate = target.InitialiseSum();
                    fixed (float* pd = target.Destination.Span)
                        MatrixProduct.Batched(g, Transposed(WeightsOfHeads(pw, heads, width, model)), OfHeads(pd, rows, heads, width), accumulate);
                }
            }
        }
    }
}
