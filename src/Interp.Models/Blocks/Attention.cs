using Interp.Passes;

namespace Interp.Blocks;

/// <summary>Causal attention: z = softmax(q kᵀ / scale) v a head; out = Σ_h z_h W_O^h + b_O.</summary>
internal sealed class Attention
{
    private readonly Tensor _wQ, _wK, _wV, _wO;
    private readonly Tensor? _bQ, _bK, _bV, _bO;
    private readonly Tensor? _smear;
    private readonly float _scale;
    private readonly RotaryLayout _layout;
    private readonly int _layer;
    private readonly HookPoint _q, _k, _v, _scores, _pattern, _z, _result;
    private readonly HookPoint? _smearedK, _rotatedQ, _rotatedK;

    public Attention(Blueprint model, string prefix, int layer)
    {
        TransformerConfig c = model.Config;
        const string Queries = "batch pos head d_head", Keys = "batch pos kv_head d_head", Scores = "batch head query key";
        string grouped = c.GroupedQueries ? "_" : "";
        _layer = layer;
        _layout = c.RotaryLayout;
        _scale = (float)(1 / ((c.AttentionScale ?? Math.Sqrt(c.DHead)) * (c.ScaleAttentionByInverseLayer ? layer + 1 : 1)));
        _wQ = model.Parameter(prefix + "W_Q", c.Heads, c.DModel, c.DHead);
        _wK = model.Parameter(prefix + grouped + "W_K", c.KeyValueHeads, c.DModel, c.DHead);
        _wV = model.Parameter(prefix + grouped + "W_V", c.KeyValueHeads, c.DModel, c.DHead);
        _wO = model.Parameter(prefix + "W_O", c.Heads, c.DHead, c.DModel);
        _bQ = model.Parameter(c.QkvBias, prefix + "b_Q", c.Heads, c.DHead);
        _bK = model.Parameter(c.QkvBias, prefix + grouped + "b_K", c.KeyValueHeads, c.DHead);
        _bV = model.Parameter(c.QkvBias, prefix + grouped + "b_V", c.KeyValueHeads, c.DHead);
        _bO = model.Parameter(c.AttentionOutputBias, prefix + "b_O", c.DModel);
        _smear = model.Parameter(c.SmearedKeys, prefix + "smear", c.KeyValueHeads);
        _q = model.Point(prefix + "hook_q", Queries);
        _k = model.Point(prefix + "hook_k", Keys);
        _v = model.Point(prefix + "hook_v", Keys);
        if (c.SmearedKeys) _smearedK = model.Point(prefix + "hook_smeared_k", Keys);
        if (c.Positions == PositionKind.Rotary)
        {
            _rotatedQ = model.Point(prefix + "hook_rot_q", Queries);
            _rotatedK = model.Point(prefix + "hook_rot_k", Keys);
        }
        _scores = model.Point(prefix + "hook_attn_scores", Scores);
        _pattern = model.Point(prefix + "hook_pattern", Scores);
        _z = model.Point(prefix + "hook_z", Queries);
        _result = model.Point(prefix + "hook_result", "batch pos head d_model", onDemand: true);
    }

    /// <param name="x">The normalised residual stream [b, p, d].</param>
    /// <param name="positions">What shortformer positions add to the inputs of queries and keys [b, p, d].</param>
    /// <param name="residual">Added to the output [b, p, d].</param>
    /// <param name="pass">The run.</param>
    public Tensor Forward(Tensor x, Tensor? positions, Tensor? residual, Pass pass)
    {
        (int batch, int heads, int n) = (x.Shape[0], _wQ.Shape[0], x.Shape[1]);
        Tensor z = !NeedsScores(pass) && pass.Forced(_pattern, batch, heads, n, n) is { } pattern
            ? Ops.WeightedValues(pass.At(_pattern, pattern), Values(x, pass))
            : Attend(positions is null ? x : x + positions, x, pass);
        return Output(pass.At(_z, z), residual, pass);                              // z [b, p, h, e]
    }

    private Tensor Values(Tensor x, Pass pass) => pass.At(_v, Ops.HeadLinear(x, _wV, _bV)); // [b, p, kv, e]

    private Tensor Attend(Tensor qk, Tensor x, Pass pass)
    {
        Tensor q = pass.At(_q, Ops.HeadLinear(qk, _wQ, _bQ));                       // [b, q, h, e]
        Tensor k = pass.At(_k, Ops.HeadLinear(qk, _wK, _bK));                       // [b, k, kv, e]
        Tensor v = Values(x, pass);                                                 // [b, k, kv, e]
        if (_smear is not null) k = pass.At(_smearedK!, Smeared(k, _smear, pass));
        if (_rotatedQ is not null)
        {
            (Tensor cos, Tensor sin) = pass.Rotation;                                 // [p, dims/2]
            q = pass.At(_rotatedQ, Ops.Rotary(q, cos, sin, _layout));
            k = pass.At(_rotatedK!, Ops.Rotary(k, cos, sin, _layout));
        }
        if (pass.Past is { } past) (k, v) = past.Append(_layer, k, v);              // [b, all keys, kv, e]
        if (pass.Wants(_scores) || pass.Changes(_pattern))
        {
            Tensor scores = pass.At(_scores, Ops.AttentionScores(q, k, _scale));    // [b, h, q, k]
            return Ops.WeightedValues(pass.At(_pattern, Ops.Softmax(scores)), v);
        }
        if (!pass.Wants(_pattern)) return Ops.CausalAttention(q, k, v, _scale);
        Tensor z = Ops.CausalAttention(q, k, v, _scale, out Tensor pattern);
        pass.At(_pattern, pattern);                                                 // [b, h, q, k]
        return z;
    }

    private Tensor Output(Tensor z, Tensor? residual, Pass pass)
    {
        if (!pass.Wants(_result)) return Ops.HeadOutput(z, _wO, _bO, residual);     // [b, p, d]
        Tensor sum = Ops.Sum(pass.At(_result, Ops.HeadResults(z, _wO)), axis: 2);   // [b, p, h, d] → [b, p, d]
        if (_bO is not null) sum += _bO;
        return residual is null ? sum : sum + residual;
    }

    /// <summary>Keys smeared with the one before, which for the first key of a continued run is the last of the part before.</summary>
    private Tensor Smeared(Tensor k, Tensor alpha, Pass pass)
    {
        if (pass.Past?.ExchangeLastKey(_layer, k) is not { } previous) return Ops.SmearKeys(k, alpha);
        return Ops.Slice(Ops.SmearKeys(Ops.Concat(1, previous, k), alpha), axis: 1, start: 1, length: k.Shape[1]);
    }

    /// <summary>Whether queries and keys must be computed although the pattern is given.</summary>
    private bool NeedsScores(Pass pass) =>
        pass.Past is not null || pass.Wants(_q) || pass.Wants(_k) || pass.Wants(_scores)
        || (_smearedK is not null && pass.Wants(_smearedK))
        || (_rotatedQ is not null && (pass.Wants(_rotatedQ) || pass.Wants(_rotatedK!)));
}
