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
        Tensor attention = pass.At(_attentionOut, _attention.Forward(Normed(_ln1, x, pass), positions, pass));
        return _parallel
            ? pass.At(_residPost, x + attention + MlpOf(x, pass))
            : ForwardFromMid(x + attention, pass);
    }

    /// <summary>What follows the attention of a sequential block.</summary>
    public Tensor ForwardFromMid(Tensor mid, Pass pass)                             // mid [b, p, d]
    {
        if (_mlp is null) return pass.At(_residPost, mid);
        mid = pass.At(_residMid!, mid);
        return pass.At(_residPost, mid + MlpOf(mid, pass));
    }

    private Tensor MlpOf(Tensor x, Pass pass) => pass.At(_mlpOut!, _mlp!.Forward(Normed(_ln2, x, pass), pass));

    private static Tensor Normed(Norm? norm, Tensor x, Pass pass) => norm is null ? x : norm.Forward(x, pass);
}
