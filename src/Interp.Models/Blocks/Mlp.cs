using Interp.Passes;

namespace Interp.Blocks;

/// <summary>The MLP of a block: act(x W_in + b_in) W_out + b_out, or gated (act(x W_gate) · (x W_in) + b_in) W_out + b_out.</summary>
internal sealed class Mlp
{
    private readonly Tensor _wIn;
    private readonly Tensor? _wGate;
    private readonly Tensor _wOut;
    private readonly Tensor? _bIn;
    private readonly Tensor? _bOut;
    private readonly HookPoint _pre;
    private readonly HookPoint? _preLinear;
    private readonly HookPoint _post;
    private readonly Activation _activation;

    public Mlp(Blueprint model, string prefix)
    {
        TransformerConfig c = model.Config;
        _activation = c.Activation;
        _wIn = model.Parameter(prefix + "W_in", c.DModel, c.DMlp);
        _wGate = model.Parameter(c.GatedMlp, prefix + "W_gate", c.DModel, c.DMlp);
        _bIn = model.Parameter(c.MlpBias, prefix + "b_in", c.DMlp);
        _wOut = model.Parameter(prefix + "W_out", c.DMlp, c.DModel);
        _bOut = model.Parameter(c.MlpBias, prefix + "b_out", c.DModel);
        _pre = model.Point(prefix + "hook_pre", "batch pos d_mlp");
        if (c.GatedMlp) _preLinear = model.Point(prefix + "hook_pre_linear", "batch pos d_mlp");
        _post = model.Point(prefix + "hook_post", "batch pos d_mlp");
    }

    /// <summary>True where something happens at a point inside.</summary>
    public bool IsWatched(Pass pass) => pass.Wants(_pre) || pass.Wants(_post) || (_preLinear is not null && pass.Wants(_preLinear));

    /// <param name="x">The normalised residual stream [b, p, d].</param>
    /// <param name="residual">Added to the output [b, p, d].</param>
    /// <param name="pass">The run.</param>
    public Tensor Forward(Tensor x, Tensor? residual, Pass pass)
    {
        Tensor post = pass.At(_post, _wGate is null ? Plain(x, pass) : Gated(x, _wGate, pass));
        return Ops.Linear(post, _wOut, _bOut, residual: residual);                  // [b, p, d]
    }

    private Tensor Plain(Tensor x, Pass pass) => pass.Wants(_pre)
        ? Ops.Apply(pass.At(_pre, Ops.Linear(x, _wIn, _bIn)), _activation)          // [b, p, m]
        : Ops.Linear(x, _wIn, _bIn, _activation);

    private Tensor Gated(Tensor x, Tensor wGate, Pass pass)
    {
        Tensor gate = pass.Wants(_pre)
            ? Ops.Apply(pass.At(_pre, Ops.Linear(x, wGate)), _activation)           // [b, p, m]
            : Ops.Linear(x, wGate, activation: _activation);
        Tensor product = gate * pass.At(_preLinear!, Ops.Linear(x, _wIn));          // [b, p, m]
        return _bIn is null ? product : product + _bIn;
    }
}
