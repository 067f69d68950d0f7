namespace Interp;

/// <summary>Everything that fixes a transformer's maths. The terms are TransformerLens's; a model family is a mapping to this record.</summary>
/// <example><code>
/// var config = new TransformerConfig { Layers = 2, DModel = 64, Heads = 4, DHead = 16, Vocabulary = 128, Context = 96 };
/// var model = new HookedTransformer(config, seed: 0);   // attention-only: DMlp is 0
/// </code></example>
public sealed record TransformerConfig
{
    /// <summary>The number of layers, n_layers.</summary>
    public required int Layers { get; init; }

    /// <summary>The width of the residual stream, d_model.</summary>
    public required int DModel { get; init; }

    /// <summary>The number of attention heads in a layer, n_heads.</summary>
    public required int Heads { get; init; }

    /// <summary>The number of key-value heads, n_key_value_heads; <see cref="Heads"/> (or 0) without grouped queries. Query head h reads key-value head h / (Heads / KeyValueHeads).</summary>
    public int KeyValueHeads
    {
        get => field == 0 ? Heads : field;
        // As many as heads is stored as 0, so that configurations that mean the same are equal.
        init => field = value == Heads ? 0 : value;
    }

    /// <summary>The width of a head, d_head.</summary>
    public required int DHead { get; init; }

    /// <summary>The width of the MLP, d_mlp; 0 in attention-only models.</summary>
    public int DMlp { get; init; }

    /// <summary>The number of token ids, d_vocab.</summary>
    public required int Vocabulary { get; init; }

    /// <summary>The largest number of positions, n_ctx.</summary>
    public required int Context { get; init; }

    /// <summary>The MLP's nonlinearity.</summary>
    public Activation Activation { get; init; } = Activation.GeluTanh;

    /// <summary>The MLP is (act(x W_gate) · (x W_in) + b_in) W_out + b_out instead of act(x W_in + b_in) W_out + b_out.</summary>
    public bool GatedMlp { get; init; }

    /// <summary>Attention and MLP both read the block's input (GPT-NeoX), instead of the MLP reading the attention's output too.</summary>
    public bool ParallelBlocks { get; init; }

    /// <summary>The norms before each sublayer and before the unembedding.</summary>
    public NormKind Norm { get; init; } = NormKind.LayerNorm;

    /// <summary>The ε of the norms.</summary>
    public float NormEps { get; init; } = 1e-5f;

    /// <summary>How positions enter.</summary>
    public PositionKind Positions { get; init; } = PositionKind.Learned;

    /// <summary>The number of rotated elements a head, rotary_dim (0: all).</summary>
    public int RotaryDims { get; init; }

    /// <summary>The base of the rotary angles.</summary>
    public double RotaryBase { get; init; } = 10000;

    /// <summary>Which elements are rotated together.</summary>
    public RotaryLayout RotaryLayout { get; init; }

    /// <summary>The stretching of the rotary angles; null: none.</summary>
    public RotaryScaling? RotaryScaling { get; init; }

    /// <summary>σ(α_h) k_j + (1 − σ(α_h)) k_{j−1} as keys, the first unchanged (Olsson et al. 2022, argument 2); one trained α a key-value head.</summary>
    public bool SmearedKeys { get; init; }

    /// <summary>What attention scores are divided by; null: √d_head.</summary>
    public double? AttentionScale { get; init; }

    /// <summary>Attention scores of layer l are further divided by l + 1.</summary>
    public bool ScaleAttentionByInverseLayer { get; init; }

    /// <summary>The unembedding is the transposed embedding: <c>unembed.W_U</c> is no parameter of its own.</summary>
    public bool TiedEmbeddings { get; init; }

    /// <summary>There are biases b_Q, b_K, b_V.</summary>
    public bool QkvBias { get; init; } = true;

    /// <summary>There is a bias b_O after the attention.</summary>
    public bool AttentionOutputBias { get; init; } = true;

    /// <summary>There are biases b_in and b_out in the MLP.</summary>
    public bool MlpBias { get; init; } = true;

    /// <summary>There is a bias b_U on the logits.</summary>
    public bool UnembedBias { get; init; } = true;

    /// <summary>
    /// The standard deviation of every fresh matrix (GPT-2: 0.02), which has no meaning for a model with weights; null draws each as PyTorch's
    /// modules do (see <see cref="HookedTransformer(TransformerConfig, ulong)"/>).
    /// </summary>
    public float? InitializerRange { get; init; }

    /// <summary>The id that starts a sequence, where there is one.</summary>
    public int? BosToken { get; init; }

    /// <summary>The id that ends a sequence, where there is one.</summary>
    public int? EosToken { get; init; }

    /// <summary>True for models without MLPs.</summary>
    public bool AttentionOnly => DMlp == 0;

    /// <summary>True where several query heads share a key-value head.</summary>
    public bool GroupedQueries => KeyValueHeads != Heads;

    /// <summary>Throws where a field has no meaning or contradicts another.</summary>
    /// <returns>This, for chaining.</returns>
    /// <exception cref="ArgumentException">Names the field and its value.</exception>
    public TransformerConfig Validate()
    {
        AtLeast(1, Layers, nameof(Layers));
        AtLeast(1, DModel, nameof(DModel));
        AtLeast(1, Heads, nameof(Heads));
        AtLeast(1, DHead, nameof(DHead));
        AtLeast(0, DMlp, nameof(DMlp));
        AtLeast(1, Vocabulary, nameof(Vocabulary));
        AtLeast(1, Context, nameof(Context));
        AtLeast(1, KeyValueHeads, nameof(KeyValueHeads));
        AtLeast(0, RotaryDims, nameof(RotaryDims));
        Require(Heads % KeyValueHeads == 0, $"{nameof(KeyValueHeads)} = {KeyValueHeads} does not divide {nameof(Heads)} = {Heads}.");
        Require(RotaryDims <= DHead, $"{nameof(RotaryDims)} = {RotaryDims} is more than {nameof(DHead)} = {DHead}.");
        Require(NormEps >= 0 && float.IsFinite(NormEps), $"{nameof(NormEps)} = {NormEps} must be 0 or more and finite.");
        Require(InitializerRange is null or > 0, $"{nameof(InitializerRange)} = {InitializerRange} must be positive.");
        Require(AttentionScale is null or > 0, $"{nameof(AttentionScale)} = {AttentionScale} must be positive.");
        Require(Enum.IsDefined(Activation), $"{nameof(Activation)} = {Activation} is not one of {string.Join(", ", Enum.GetNames<Activation>())}.");
        Require(Enum.IsDefined(Norm), $"{nameof(Norm)} = {Norm} is not one of {string.Join(", ", Enum.GetNames<NormKind>())}.");
        Require(Enum.IsDefined(Positions), $"{nameof(Positions)} = {Positions} is not one of {string.Join(", ", Enum.GetNames<PositionKind>())}.");
        Require(!GatedMlp || DMlp > 0, $"{nameof(GatedMlp)} needs {nameof(DMlp)} > 0.");
        Require(!ParallelBlocks || DMlp > 0, $"{nameof(ParallelBlocks)} needs {nameof(DMlp)} > 0: without an MLP nothing is parallel.");
        if (Positions == PositionKind.Rotary)
        {
            int rotated = RotaryDims == 0 ? DHead : RotaryDims;
            Require(rotated % 2 == 0, $"{nameof(RotaryDims)} = {rotated} must be even: elements are rotated in pairs.");
            Require(RotaryBase > 0 && double.IsFinite(RotaryBase), $"{nameof(RotaryBase)} = {RotaryBase} must be positive and finite.");
            if (RotaryScaling is { } s)
            {
                Require(s.Factor > 0 && double.IsFinite(s.Factor), $"{nameof(RotaryScaling)}.{nameof(s.Factor)} = {s.Factor} must be positive and finite.");
                Require(s.Kind == RotaryScalingKind.Linear || (s.HighFrequencyFactor > s.LowFrequencyFactor && s.LowFrequencyFactor > 0),
                    $"{nameof(RotaryScaling)}: {nameof(s.HighFrequencyFactor)} = {s.HighFrequencyFactor} must be above {nameof(s.LowFrequencyFactor)} = {s.LowFrequencyFactor}, and both positive.");
                AtLeast(1, s.OriginalContext, $"{nameof(RotaryScaling)}.{nameof(s.OriginalContext)}");
            }
        }
        else
        {
            Require(RotaryScaling is null, $"{nameof(RotaryScaling)} needs {nameof(Positions)} = {PositionKind.Rotary}, not {Positions}.");
        }
        TokenInside(BosToken, nameof(BosToken));
        TokenInside(EosToken, nameof(EosToken));
        return this;
    }

    private void TokenInside(int? token, string field) =>
        Require(token is null || (token >= 0 && token < Vocabulary), $"{field} = {token} is outside the vocabulary of {Vocabulary}.");

    private static void AtLeast(int least, int value, string field) => Require(value >= least, $"{field} = {value} must be {least} or more.");

    private static void Require(bool holds, string message)
    {
        if (!holds) throw new ArgumentException($"TransformerConfig.{message}");
    }
}
