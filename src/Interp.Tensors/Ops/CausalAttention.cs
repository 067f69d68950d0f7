using Interp.AttentionKernels;
using Interp.Simd;

namespace Interp;

public static partial class Ops
{
    /// <summary>Fused causal attention: z_i = Σ_j softmax_j(scale·q_i·k_j)·v_j over the keys j ≤ i + (k − q), without keeping scores or pattern.</summary>
    /// <param name="q">Queries [b, q, h, e], q ≤ k: with a key-value cache they are the last positions.</param>
    /// <param name="k">Keys [b, k, kvHeads, e]; query head h reads kv head h / (h / kvHeads).</param>
    /// <param name="v">Values, of k's shape.</param>
    /// <param name="scale">The factor of the scores, usually 1/√d_head.</param>
    /// <returns>z [b, q, h, e]</returns>
    /// <remarks>The backward recomputes the pattern block by block (Dao et al. 2022, FlashAttention).</remarks>
    /// <exception cref="ArgumentException">The shapes do not fit each other.</exception>
    public static Tensor CausalAttention(Tensor q, Tensor k, Tensor v, float scale) => Attend(q, k, v, scale, null);

    /// <summary>Fused causal attention that also returns the pattern.</summary>
    /// <param name="q">Queries [b, q, h, e], q ≤ k.</param>
    /// <param name="k">Keys [b, k, kvHeads, e].</param>
    /// <param name="v">Values, of k's shape.</param>
    /// <param name="scale">The factor of the scores.</param>
    /// <param name="pattern">The attention of each query on each key [b, h, q, k], 0 above the diagonal; detached: gradients flow through z alone.</param>
    /// <returns>z [b, q, h, e]</returns>
    /// <inheritdoc cref="CausalAttention(Tensor, Tensor, Tensor, float)"/>
    public static Tensor CausalAttention(Tensor q, Tensor k, Tensor v, float scale, out Tensor pattern)
    {
        ArgumentNullException.ThrowIfNull(q);
        ArgumentNullException.ThrowIfNull(k);
        AttentionShape shape = AttentionShape.Of(q.Shape, k.Shape);
        pattern = Tensor.Allocate([shape.Batch, shape.Heads, shape.Queries, shape.Keys]);
        return Attend(q, k, v, scale, pattern);
    }

    private static unsafe Tensor Attend(Tensor q, Tensor k, Tensor v, float scale, Tensor? pattern)
    {
        ArgumentNullException.ThrowIfNull(q);
        ArgumentNullException.ThrowIfNull(k);
        ArgumentNullException.ThrowIfNull(v);
        AttentionShape shape = AttentionShape.Of(q.Shape, k.Shape);
        shape.CheckValues(v.Shape);
        bool records = Autograd.Records(q, k, v);
        Tensor z = Tensor.Allocate(q.ShapeArray);
        Tensor? statistics = records ? Tensor.Allocate([shape.Batch, shape.Heads, shape.Queries, 2]) : null;
        fixed (float* pq = q.Span, pk = k.Span, pv = v.Span, pz = z.Span)
        fixed (float* ps = SpanOrNull(statistics), pp = SpanOrNull(pattern))
        {
            var kernel = new AttentionForward { Shape = shape, Scale = scale, Q = pq, K = pk, V = pv, Z = pz, RowStatistics = ps, Pattern = pp };
            SimdWidth.Run(ref kernel);
        }
        return records ? z.Record(new CausalAttentionNode(shape, scale, q, k, v, z.Detach(), statistics!)) : z;
    }

    private static Span<float> SpanOrNull(Tensor? x) => x is null ? default : x.Span;

    private sealed class CausalAttentionNode(AttentionShape shape, float scale, Tensor q, Tensor k, Tensor v, Tensor z, Tensor statistics)
        : GradNode(q, k, v)
    {
        protected override unsafe void Backward(Tensor gradient)
        {
            Tensor? dq = Wants(0) ? Tensor.Allocate(q.ShapeArray) : null;
            Tensor? dk = Wants(1) ? Tensor.Allocate(k.ShapeArray) : null;
            Tensor? dv = Wants(2) ? Tensor.Allocate(v.ShapeArray) : null;
            fixed (float* pq = q.Span, pk = k.Span, pv = v.Span, pz = z.Span, ps = statistics.Span, pg = gradient.Span)
            fixed (float* pdq = SpanOrNull(dq), pdk = SpanOrNull(dk), pdv = SpanOrNull(dv))
            {
                var kernel = new AttentionBackward
                {
                    Shape = shape,
                    Scale = scale,
                    Q = pq,
                    K = pk,
                    V = pv,
                    Z = pz,
                    RowStatistics = ps,
                    GradientZ = pg,
                    GradientQ = pdq,
                    GradientK = pdk,
                    GradientV = pdv,
                };
                SimdWidth.Run(ref kernel);
            }
            if (dq is not null) Send(0, dq);
            if (dk is not null) Send(1, dk);
            if (dv is not null) Send(2, dv);
        }

        protected override void Free() => statistics.Storage.Return();
    }
}
