using System.Text.Json.Serialization;
using Interp.Blocks;
using Interp.Passes;
using Interp.Weights;

namespace Interp;

/// <summary>A transformer whose every activation has a name and can be read or replaced.</summary>
/// <remarks>
/// <para>The configuration fixes the maths: attention-only, GPT-2, GPT-NeoX and Llama styles are settings of <see cref="TransformerConfig"/>.
/// Runs keep no state in the model: several threads may run one model at a time.</para>
/// <para>Gradients follow PyTorch: a run is recorded where a parameter has <see cref="Tensor.RequiresGrad"/> (none has at first) or a backward hook
/// asks for gradients, unless under <see cref="Autograd.NoGrad"/>. What is not recorded returns its intermediates to the pool block by block.</para>
/// <para>Padding: rows of different lengths can share a batch when the short ones are padded on the right with any token: under causal
/// attention padding changes nothing before it. Ignore what stands at and after it.</para>
/// </remarks>
/// <example><code>
/// var model = new HookedTransformer(new TransformerConfig { Layers = 2, DModel = 64, Heads = 4, DHead = 16, Vocabulary = 128, Context = 96 }, seed: 0);
/// var (logits, cache) = model.RunWithCache(new[] { 1, 2, 3, 1, 2 }, ["*.hook_pattern"]);
/// Tensor pattern = cache.Pattern(1);                         // [1, 4, 5, 5]
/// </code></example>
public sealed partial class HookedTransformer : IHookedModel
{
    private readonly Network _network;
    private readonly IReadOnlyList<HookPoint> _points;

    /// <summary>A freshly initialised model.</summary>
    /// <remarks>
    /// With <see cref="TransformerConfig.InitializerRange"/>, every matrix is N(0, range²). Without, as PyTorch's modules do by default, but normal:
    /// <c>W_E</c> and <c>W_pos</c> N(0, 1); every other matrix N(0, 1/(3·inputs)), the variance of nn.Linear (inputs: d_model; heads·d_head for
    /// <c>W_O</c>; d_mlp for <c>W_out</c>). Norm gains are 1, biases and smearing parameters α 0. Each parameter has its own random stream, by its name:
    /// models that differ in one part start alike in all others.
    /// </remarks>
    /// <param name="config">The model's shape and maths.</param>
    /// <param name="seed">The same seed gives the same weights on every machine.</param>
    /// <exception cref="ArgumentException">The configuration contradicts itself: the message names the field.</exception>
    public HookedTransformer(TransformerConfig config, ulong seed)
        : this(config, Initialisation.Draw(config, seed))
    {
    }

    /// <summary>A model with the given parameters, which are used, not copied.</summary>
    /// <param name="config">The model's shape and maths.</param>
    /// <param name="parameters">All of <see cref="ParameterShape.Of"/> the configuration, by name.</param>
    /// <exception cref="ArgumentException">The configuration contradicts itself, or a parameter is missing, misshaped or not of this configuration; the message names it.</exception>
    public HookedTransformer(TransformerConfig config, IReadOnlyDictionary<string, Tensor> parameters)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(parameters);
        ModelParameters checkedParameters = new(config, parameters);
        Blueprint blueprint = new(config, (name, _) => checkedParameters[name]);
        _network = new Network(blueprint);
        _points = blueprint.Points;
        Config = config;
        Parameters = checkedParameters;
    }

    /// <inheritdoc/>
    public TransformerConfig Config { get; }

    /// <inheritdoc/>
    [JsonIgnore] // A model in somebody's JSON is its configuration: its weights would be gigabytes of digits.
    public IReadOnlyDictionary<string, Tensor> Parameters { get; }

    /// <summary>A model on the same weights that asks for no gradients: running it records nothing, and training goes on to change it.</summary>
    public HookedTransformer Frozen() => new(Config, Parameters.ToDictionary(p => p.Key, p => p.Value.Detach()));

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A token is outside the vocabulary, there are more positions than the context has, or a hook names no point.</exception>
    public Tensor Run(Tokens tokens, Hooks? hooks = null)
    {
        Pass pass = new(_points, hooks);
        using TensorScope scope = TensorScope.Begin();
        return scope.Release(Logits(ThroughBlocks(tokens, pass), pass));
    }

    /// <inheritdoc/>
    /// <remarks>The logits are never stored.</remarks>
    public Tensor Losses(Tokens tokens, Hooks? hooks = null)
    {
        Pass pass = new(_points, hooks);
        using TensorScope scope = TensorScope.Begin();
        Tensor x = Normed(ThroughBlocks(tokens, pass), pass);                       // [b, p, d]
        Tensor losses = _network.Unembedding.Losses(x, RunChecks.NextTokens(tokens)); // [b, p], 0 at the last position
        return scope.Release(Ops.Slice(losses, axis: 1, start: 0, length: tokens.Positions - 1));
    }

    /// <summary>The mean of <see cref="Losses"/>: what training minimises.</summary>
    /// <param name="tokens">[batch, position], at least two positions.</param>
    /// <param name="hooks">Hooks for the run.</param>
    /// <returns>A scalar; <see cref="Tensor.Backward()"/> on it gives every parameter with <see cref="Tensor.RequiresGrad"/> its gradient.</returns>
    public Tensor MeanLoss(Tokens tokens, Hooks? hooks = null)
    {
        Pass pass = new(_points, hooks);
        using TensorScope scope = TensorScope.Begin();
        Tensor x = Normed(ThroughBlocks(tokens, pass), pass);                       // [b, p, d]
        return scope.Release(_network.Unembedding.MeanLoss(x, RunChecks.NextTokens(tokens)));
    }

    /// <inheritdoc/>
    public Tensor Embed(Tokens tokens, Hooks? hooks = null)
    {
        using TensorScope scope = TensorScope.Begin();
        return scope.Release(Embedded(tokens, new Pass(_points, hooks)));
    }

    /// <inheritdoc/>
    public Tensor RunBlocks(Tensor residual, int start, int stop, Hooks? hooks = null, bool fromMid = false)
    {
        RunChecks.Residual(Config, residual);
        RunChecks.Blocks(Config, start, stop, fromMid);
        using TensorScope scope = TensorScope.Begin();
        return scope.Release(Blocks(residual, start, stop, fromMid, new Pass(_points, hooks)));
    }

    /// <inheritdoc/>
    public Tensor Unembed(Tensor residual, Hooks? hooks = null)
    {
        RunChecks.Residual(Config, residual);
        using TensorScope scope = TensorScope.Begin();
        return scope.Release(Logits(residual, new Pass(_points, hooks)));
    }

    /// <summary>The model in a line: layers, heads, width and how many parameters.</summary>
    public override string ToString() => HookedModelExtensions.InALine(this);

    private Tensor ThroughBlocks(Tokens tokens, Pass pass) => Blocks(Embedded(tokens, pass), 0, Config.Layers, fromMid: false, pass);

    private Tensor Embedded(Tokens tokens, Pass pass)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        RunChecks.Positions(Config, pass.FirstPosition + tokens.Positions);
        RunChecks.Tokens(Config, tokens);
        return _network.Embedding.Forward(tokens, pass);                            // [b, p, d]
    }

    private Tensor Blocks(Tensor x, int start, int stop, bool fromMid, Pass pass)   // x [b, p, d]
    {
        int batch = x.Shape[0], positions = x.Shape[1];
        RunChecks.Positions(Config, pass.FirstPosition + positions);
        pass.Prepare(_network.Rotation, positions);
        Tensor? shortformer = Config.Positions == PositionKind.Shortformer ? _network.Embedding.Positions(batch, positions, pass) : null;
        for (int l = start; l < stop; l++)
        {
            AmbientCancellation.ThrowIfRequested();
            Block block = _network.Blocks[l];
            using TensorScope scope = TensorScope.Begin();
            x = scope.Release(fromMid && l == start ? block.ForwardFromMid(x, pass) : block.Forward(x, shortformer, pass));
        }
        return x;
    }

    private Tensor Normed(Tensor x, Pass pass) => _network.FinalNorm is { } norm ? norm.Forward(x, pass) : x;

    private Tensor Logits(Tensor x, Pass pass) => _network.Unembedding.Forward(Normed(x, pass)); // [b, p, V]
}
