using System.Numerics.Tensors;
using Interp.AttentionKernels;
using Interp.Gemm;

namespace Interp;

public static partial class Ops
{
    /// <summary>Masked attention scores: scale·q_i·k_j for j ≤ i + (k − q), −∞ above that diagonal.</summary>
    /// <param name="q">Queries [b, q, h, e], q ≤ k.</param>
    /// <param name="k">Keys [b, k, kvHeads, e]; query head h reads kv head h / (h / kvHeads).</param>
    /// <param name="scale">The factor of the scores, usually 1/√d_head.</param>
    /// <returns>[b, h, q, k]</returns>
    /// <remarks>With <see cref="Softmax(Tensor)"/> and <see cref="WeightedValues"/> the unfused form of <see cref="CausalAttention(Tensor, Tensor, Tensor, float)"/>, for hooks on its steps. No gradient flows through masked entries.</remarks>
    /// <exception cref="ArgumentException">The shapes do not fit each other.</exception>
    public static unsafe Tensor AttentionScores(Tensor q, Tensor k, float scale)
    {
        ArgumentNullException.ThrowIfNull(q);
        ArgumentNullException.ThrowIfNull(k);
        AttentionShape shape = AttentionShape.Of(q.Shape, k.Shape);
        Tensor scores = Tensor.Allocate([shape.Batch, shape.Heads, shape.Queries, shape.Keys]);
        fixed (float* pq = q.Span, pk = k.Span, ps = scores.Span)
        {
            MatrixProduct.Batched(AttentionViews.Queries(pq, shape), AttentionViews.Keys(pk, shape).Transposed(), AttentionViews.Pattern(ps, shape));
            ScaleAndMask(ps, ps, shape, scale, float.NegativeInfinity);
        }
        return Autograd.Records(q, k) ? scores.Record(new AttentionScoresNode(shape, scale, q, k)) : scores;
    }

    /// <summary>Multiplies the visible entries of [b, h, q, k] with a factor and sets the others.</summary>
    private static unsafe void ScaleAndMask(float* scores, float* result, AttentionShape shape, float factor, float masked) =>
        Parallelism.For(shape.Batch * shape.Heads, new ScaleAndMaskBody(scores, result, shape, factor, masked));

    private readonly unsafe struct ScaleAndMaskBody(float* scores, float* result, AttentionShape shape, float factor, float masked) : IParallelBody
    {
        public void Invoke(int index)
        {
            for (int i = 0; i < shape.Queries; i++)
            {
                nint row = (((nint)index * shape.Queries) + i) * shape.Keys;
                int visible = i + shape.Past + 1;
                TensorPrimitives.Multiply(new ReadOnlySpan<float>(scores + row, visible), factor, new Span<float>(result + row, visible));
                new Span<float>(result + row + visible, shape.Keys - visible).Fill(masked);
            }
        }
    }

    private sealed class AttentionScoresNode(AttentionShape shape, float scale, Tensor q, Tensor k) : GradNode(q, k)
    {
        protected override unsafe void Backward(Tensor gradient)
        {
            // What reaches masked entries goes nowhere: −∞ does not depend on q and k.
            Tensor scaled = Tensor.Allocate(gradient.ShapeArray);
            Tensor? dq = Wants(0) ? Tensor.Allocate(q.ShapeArray) : null, dk = Wants(1) ? Tensor.Allocate(k.ShapeArray) : null;
            fixed (float* pg = gradient.Span, ps = scaled.Span, pq = q.Span, pk = k.Span)
            {
                ScaleAndMask(pg, ps, shape, scale, 0);
                BatchView ds = AttentionViews.Pattern(ps, shape);
                if (dq is not null)
                    fixed (float* pdq = dq.Span)
                        MatrixProduct.Batched(ds, AttentionViews.Keys(pk, shape), AttentionViews.Queries(pdq, shape));
                if (dk is not null)
                    fixed (float* pdk = dk.Span)
                        MatrixProduct.Batched(ds.Transposed(), AttentionViews.Queries(pq, shape), AttentionViews.Keys(pdk, shape));
            }
            scaled.Storage.Return();
            if (dq is not null) Send(0, dq);
            if (dk is not null) Send(1, dk);
        }
    }
}
