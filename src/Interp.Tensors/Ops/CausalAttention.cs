using Interp.AttentionKernels;
using Interp.Simd;

namespace Interp;

public static unsafe partial class Ops
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

    private static Tensor Attend(Tensor q, Tensor k, Tensor v, float scale, Tensor? pattern)
    {
        ArgumentNullException.ThrowIfNull(q);
        ArgumentNullException.ThrowIfNull(k);
        ArgumentNullException.ThrowIfNull(v);
        AttentionShape shape = AttentionShape.Of(q.Shape, k.Shape);
        shape.CheckValues(v.Shape);
        bool records = Autograd.Records(q, k, v);
        Tensor z = Tensor.Allocate(q.ShapeArray);
        Tensor? statistics = records ? Tensor.Allocate([shape.Batch, shape.Heads, shape.Queries, 2]) : null;
        var kernel = new AttentionForward
        {
            Shape = shape,
            Scale = scale,
            Q = q.Pointer,
            K = k.Pointer,
            V = v.Pointer,
            Z = z.Pointer,
            RowStatistics = statistics is null ? null : statistics.Pointer,
            Pattern = pattern is null ? null : pattern.Pointer,
        };
        SimdWidth.Run(ref kernel);
        GC.KeepAlive(q);
        GC.KeepAlive(k);
        GC.KeepAlive(v);
        GC.KeepAlive(z);
        GC.KeepAlive(pattern);
        GC.KeepAlive(statistics);
        return records ? z.Record(new CausalAttentionNode(shape, scale, q, k, v, z.Detach(), statistics!)) : z;
    }

    private sealed class CausalAttentionNode(AttentionShape shape, float scale, Tensor q, Tensor k, Tensor v, Tensor z, Tensor statistics)
        : GradNode(q, k, v)
    {
        protected override void Backward(Tensor gradient)
        {
            Tensor? dq = Wants(0) ? Tensor.Allocate(q.ShapeArray) : null;
            Tensor? dk = Wants(1) ? Tensor.Allocate(k.ShapeArray) : null;
            Tensor? dv = Wants(2) ? Tensor.Allocate(v.ShapeArray) : null;
            var kernel = new AttentionBackward
            {
                Shape = shape,
                Scale = scale,
                Q = q.Pointer,
                K = k.Pointer,
                V = v.Pointer,
                Z = z.Pointer,
                RowStatistics = statistics.Pointer,
                GradientZ = gradient.Pointer,
                GradientQ = dq is null ? null : dq.Pointer,
                GradientK = dk is null ? null : dk.Pointer,
                GradientV = dv is null ? null : dv.Pointer,
            };
            SimdWidth.Run(ref kernel);
            GC.KeepAlive(this);
            GC.KeepAlive(gradient);
            if (dq is not null) Send(0, dq);
            if (dk is not null) Send(1, dk);
            if (dv is not null) Send(2, dv);
        }

        protected override void Free() => statistics.Storage.Return();
    }
}
