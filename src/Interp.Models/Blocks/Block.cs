using Interp.Passes;

namespace Interp.Blocks;

/// <summary>One layer: x + attention(norm(x)), then + MLP(norm(·)); or both from x side by side.</summary>
internal sealed class Block
{
    private readonly Norm? _ln1, _ln2;
    private readonly Attention _attention;
    private readonly Mlp? _mlp;
    private readonly bool _parallel;
    private readonly HookPoint _residPre, _attentionOut, _residPost;
    private readonly HookPoint? _residMid, _mlpOut;

    public Block(Blueprint model, int layer)
    {
        const string Residual = "batch pos d_model";
        TransformerConfig c = model.Config;
        string prefix = $"blocks.{layer}.";
        _parallel = c.ParallelBlocks;
        _residPre = model.Point(prefix + "hook_resid_pre", Residual);
        _ln1 = Norm.Create(model, prefix + "ln1.");
        _attention = new Attention(model, prefix + "attn.", layer);
        _attentionOut = model.Point(prefix + "hook_attn_out", Residual);
        if (!c.AttentionOnly)
        {
            if (!_parallel) _residMid = model.Point(prefix + "hook_resid_mid", Residual);
            _ln2 = Norm.Create(model, prefix + "ln2.");
            _mlp = new Mlp(model, prefix + "mlp.");
            _mlpOut = model.Point(prefix + "hook_mlp_out", Residual);
        }
        _residPost = model.Point(prefix + "hook_resid_post", Residual);
    }

    public Tensor Forward(Tensor x, Tensor? positions, Pass pass)                   // x [b, p, d]
    {
        x = pass.At(_residPre, x);
        Tensor mid = PlusAttention(x, positions, pass);
        return _parallel ? pass.At(_residPost, PlusMlp(mid, x, pass)) : ForwardFromMid(mid, pass);
    }

    /// <summary>What follows the attention of a sequential block.</summary>
    public Tensor ForwardFromMid(Tensor mid, Pass pass)                             // mid [b, p, d]
    {
        if (_mlp is null) return pass.At(_residPost, mid);
        mid = pass.At(_residMid!, mid);
        return pass.At(_residPost, PlusMlp(mid, mid, pass));
    }

    /// <summary>x + attention(norm(x)), in one pass where nobody looks at the attention's output.</summary>
    private Tensor PlusAttention(Tensor x, Tensor? positions, Pass pass)
    {
        Tensor normed = Normed(_ln1, x, pass);
        return pass.Wants(_attentionOut)
            ? x + pass.At(_attentionOut, _attention.Forward(normed, positions, residual: null, pass))
            : _attention.Forward(normed, positions, residual: x, pass);
    }

    /// <summary>residual + MLP(norm(x)), in one pass where nobody looks at the MLP's output. One that is replaced is not computed, unless somebody looks inside.</summary>
    private Tensor PlusMlp(Tensor residual, Tensor x, Pass pass)
    {
        if (!_mlp!.IsWatched(pass) && _ln2?.IsWatched(pass) != true && pass.Forced(_mlpOut!, x.Shape) is { } given) return residual + pass.At(_mlpOut!, given);
        Tensor normed = Normed(_ln2, x, pass);
        return pass.Wants(_mlpOut!)
            ? residual + pass.At(_mlpOut!, _mlp.Forward(normed, residual: null, pass))
            : _mlp.Forward(normed, residual, pass);
    }

    private static Tensor Normed(Norm? norm, Tensor x, Pass pass) => norm is null ? x : norm.Forward(x, pass);
}
