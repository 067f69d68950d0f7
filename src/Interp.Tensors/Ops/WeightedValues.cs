using Interp.AttentionKernels;
using Interp.Gemm;

namespace Interp;

public static partial class Ops
{
    /// <summary>z [b, q, h, e] = Σ_k pattern [b, h, q, k]·v [b, k, kvHeads, e]. With a saved pattern this is attention with frozen patterns.</summary>
    /// <param name="pattern">[b, h, q, k]; it need not be causal nor sum to 1.</param>
    /// <param name="v">Values [b, k, kvHeads, e]; query head h reads kv head h / (h / kvHeads).</param>
    /// <returns>[b, q, h, e]</returns>
    /// <exception cref="ArgumentException">The shapes do not fit each other.</exception>
    public static unsafe Tensor WeightedValues(Tensor pattern, Tensor v)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        ArgumentNullException.ThrowIfNull(v);
        ReadOnlySpan<int> p = pattern.Shape, s = v.Shape;
        if (p.Length != 4 || s.Length != 4 || p[0] != s[0] || p[3] != s[1] || s[2] == 0 || p[1] % s[2] != 0)
        {
            throw new ArgumentException(
                $"WeightedValues takes a pattern [batch, head, query, key] and values [batch, key, kvHead, d_head] of the same batch and keys, heads a multiple of kvHeads; " +
                $"the pattern is {TensorShape.Text(p)}, v is {TensorShape.Text(s)}.");
        }
        var shape = new AttentionShape(p[0], p[2], p[3], p[1], s[2], s[3]);
        Tensor z = Tensor.Allocate([shape.Batch, shape.Queries, shape.Heads, shape.Width]);
        fixed (float* pp = pattern.Span, pv = v.Span, pz = z.Span)
            MatrixProduct.Batched(AttentionViews.Pattern(pp, shape), AttentionViews.Keys(pv, shape), AttentionViews.Queries(pz, shape));
        return Autograd.Records(pattern, v) ? z.Record(new WeightedValuesNode(shape, pattern, v)) : z;
    }

    private sealed class WeightedValuesNode(AttentionShape shape, Tensor pattern, Tensor v) : GradNode(pattern, v)
    {
        protected override unsafe void Backward(Tensor gradient)
        {
            Tensor? dPattern = Wants(0) ? Tensor.Allocate(pattern.ShapeArray) : null, dv = Wants(1) ? Tensor.Allocate(v.ShapeArray) : null;
            fixed (float* pdz = gradient.Span, pp = pattern.Span, pv = v.Span)
            {
                BatchView dz = AttentionViews.Queries(pdz, shape);
                if (dPattern is not null)
                    fixed (float* pdp = dPattern.Span)
                        MatrixProduct.Batched(dz, AttentionViews.Keys(pv, shape).Transposed(), AttentionViews.Pattern(pdp, shape));
                if (dv is not null)
                    fixed (float* pdv = dv.Span)
                        MatrixProduct.Batched(AttentionViews.Pattern(pp, shape).Transposed(), dz, AttentionViews.Keys(pdv, shape));
            }
            if (dPattern is not null) Send(0, dPattern);
            if (dv is not null) Send(1, dv);
        }
    }
}
