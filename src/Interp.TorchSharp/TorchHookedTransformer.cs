using System.Text.Json.Serialization;
using Interp.Passes;
using TorchSharp;
using Torch = TorchSharp.torch;

namespace Interp;

/// <summary>A model of ours run by TorchSharp (libtorch), on the CPU or a CUDA device, with the same hooks: every analysis works on it.</summary>
/// <remarks>
/// <para>Hooks see and leave tensors of ours: each that fires costs a copy from the device, and one back where it replaces. Gradients go through
/// them both ways, so that backward hooks, metrics and learned replacements work as on <see cref="HookedTransformer"/>.</para>
/// <para>On the CPU the weights are shared, not copied, where they lie in managed memory: training either model changes both.</para>
/// </remarks>
/// <example><code>
/// var model = new TorchHookedTransformer(ModelFile.Open("models/gpt2").Model, torch.cuda.is_available() ? torch.CUDA : torch.CPU);
/// HeadScores scores = HeadScores.Measure(model);
/// </code></example>
public sealed class TorchHookedTransformer : IHookedModel
{
    private readonly Torch.Device _device;
    private readonly TorchNetwork _network;
    private readonly IReadOnlyList<HookPoint> _points;
    private readonly Dictionary<string, HookPoint> _byName;

    /// <summary>The same model on TorchSharp.</summary>
    /// <param name="model">A model: opened, trained or fresh.</param>
    /// <param name="device">Where to compute; the CPU when absent.</param>
    /// <exception cref="NotSupportedException">TorchSharp's native library cannot be loaded; the message says why.</exception>
    /// <exception cref="InvalidOperationException">The device is a CUDA device, and there is none that TorchSharp can use.</exception>
    public TorchHookedTransformer(HookedTransformer model, Torch.Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        NativeTorch.Ensure();
        if (device is { type: DeviceType.CUDA } && !Torch.cuda.is_available())
            throw new InvalidOperationException($"TorchSharp finds no CUDA device for '{device}': it takes an NVIDIA GPU with its driver, and TorchSharp-cuda-linux or TorchSharp-cuda-windows in the place of TorchSharp-cpu. Without a device the model runs on the CPU.");
        (Config, Parameters, _device) = (model.Config, model.Parameters, device ?? Torch.CPU);
        _points = HookPoint.Of(Config);
        _byName = _points.ToDictionary(point => point.Name);
        _network = new TorchNetwork(Config, Parameters, _device);
    }

    /// <inheritdoc/>
    public TransformerConfig Config { get; }

    /// <inheritdoc/>
    [JsonIgnore] // As of HookedTransformer: a model in somebody's JSON is its configuration.
    public IReadOnlyDictionary<string, Tensor> Parameters { get; }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A token is outside the vocabulary, there are more positions than the context has, or a hook names no point.</exception>
    public Tensor Run(Tokens tokens, Hooks? hooks = null) =>
        Computed(null, hooks, (_, pass) => _network.Unembed(ThroughBlocks(tokens, pass), pass));

    /// <inheritdoc/>
    public Tensor Losses(Tokens tokens, Hooks? hooks = null)
    {
        _ = RunChecks.NextTokens(tokens);
        return Computed(null, hooks, (_, pass) => _network.Losses(_network.Unembed(ThroughBlocks(tokens, pass), pass), tokens));
    }

    /// <inheritdoc/>
    public CachedRun RunWithCache(Tokens tokens, IReadOnlyList<string> select, Hooks? hooks = null, long? memoryBudget = null) =>
        RecordedRuns.WithCache(this, _points, tokens, select, hooks, memoryBudget);

    /// <inheritdoc/>
    public GradientRun RunWithGradients(Tokens tokens, IReadOnlyList<string> select, Func<Tensor, Tensor>? metric = null, Hooks? hooks = null, long? memoryBudget = null) =>
        RecordedRuns.WithGradients(Config, _points, tokens, select, all => metric is null ? Ops.Mean(Losses(tokens, all)) : metric(Run(tokens, all)), hooks, memoryBudget);

    /// <inheritdoc/>
    public Tensor Embed(Tokens tokens, Hooks? hooks = null) => Computed(null, hooks, (_, pass) => Embedded(tokens, pass));

    /// <inheritdoc/>
    public Tensor RunBlocks(Tensor residual, int start, int stop, Hooks? hooks = null, bool fromMid = false)
    {
        RunChecks.Residual(Config, residual);
        RunChecks.Blocks(Config, start, stop, fromMid);
        RunChecks.Positions(Config, residual.Shape[1]);
        return Computed(residual, hooks, (x, pass) => _network.Blocks(x!, start, stop, fromMid, pass));
    }

    /// <inheritdoc/>
    public Tensor Unembed(Tensor residual, Hooks? hooks = null)
    {
        RunChecks.Residual(Config, residual);
        return Computed(residual, hooks, (x, pass) => _network.Unembed(x!, pass));
    }

    /// <summary>The model in a line: layers, heads, width, how many parameters, and where it computes.</summary>
    public override string ToString() => $"{HookedModelExtensions.InALine(this)}, on {_device}";

    private Torch.Tensor ThroughBlocks(Tokens tokens, TorchPass pass) => _network.Blocks(Embedded(tokens, pass), 0, Config.Layers, fromMid: false, pass);

    private Torch.Tensor Embedded(Tokens tokens, TorchPass pass)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        RunChecks.Positions(Config, tokens.Positions);
        RunChecks.Tokens(Config, tokens);
        return _network.Embed(tokens, pass);
    }

    /// <summary>Runs a part of the model: our tensor in and out, TorchSharp's between; recorded as one operation where a gradient may be asked for.</summary>
    private Tensor Computed(Tensor? input, Hooks? hooks, Func<Torch.Tensor?, TorchPass, Torch.Tensor> compute)
    {
        TorchPass pass = new(_byName, new Pass(_points, hooks), _device);
        using TensorScope scope = TensorScope.Begin();
        using DisposeScope torchScope = Torch.NewDisposeScope();
        using IDisposable mode = Torch.set_grad_enabled(Autograd.Enabled);
        Torch.Tensor? start = input?.ToTorch(_device);
        if (Autograd.Enabled && input is { RequiresGrad: true }) start!.requires_grad_(true);
        Torch.Tensor end = compute(start, pass);
        Tensor result = end.ToInterp();
        if (!end.requires_grad) return scope.Release(result);
        // What backward needs lives on until then, or until nobody refers to the result.
        end.DetachFromDisposeScope();
        start?.DetachFromDisposeScope();
        result.Record(new TorchNode(input, gradient =>
        {
            pass.Tape.Backward(end, gradient);
            using Torch.Tensor? arrived = start?.grad;
            end.Dispose();
            return arrived?.ToInterp();
        }));
        return scope.Release(result);
    }
}
