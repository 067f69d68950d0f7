namespace Interp;

/// <summary>How positions enter a model.</summary>
public enum PositionKind
{
    /// <summary>A learned vector a position, added to the embedding.</summary>
    Learned,

    /// <summary>Queries and keys are rotated by their position.</summary>
    Rotary,

    /// <summary>A learned vector a position, added to the inputs of queries and keys only (TransformerLens's toy models).</summary>
    Shortformer,

    /// <summary>None.</summary>
    None,
}

/// <summary>The norm before each sublayer and before the unembedding.</summary>
public enum NormKind
{
    /// <summary>None.</summary>
    None,

    /// <summary>LayerNorm with gain and bias.</summary>
    LayerNorm,

    /// <summary>LayerNorm without gain and bias (after folding).</summary>
    LayerNormPre,

    /// <summary>Root-mean-square norm with gain.</summary>
    Rms,

    /// <summary>Root-mean-square norm without gain (after folding).</summary>
    RmsPre,
}

/// <summary>Everything that fixes a transformer's maths; names follow TransformerLens.</summary>
public sealed record TransformerConfig
{
    /// <summary>The number of layers.</summary>
    public required int Layers { get; init; }
    /// <summary>The width of the residual stream, d_model.</summary>
    public required int DModel { get; init; }
    /// <summary>The number of attention heads in a layer.</summary>
    public required int Heads { get; init; }
    /// <summary>The number of key-value heads; equal to <see cref="Heads"/> without grouped queries (0 means that too).</summary>
    public int KeyValueHeads { get; init; }
    /// <summary>The width of a head, d_head.</summary>
    public required int DHead { get; init; }
    /// <summary>The width of the MLP, d_mlp; 0 in attention-only models.</summary>
    public int DMlp { get; init; }
    /// <summary>The number of token ids.</summary>
    public required int Vocabulary { get; init; }
    /// <summary>The largest number of positions, n_ctx.</summary>
    public required int Context { get; init; }
    /// <summary>The MLP's nonlinearity.</summary>
    public Activation Activation { get; init; } = Activation.GeluTanh;
    /// <summary>silu(x W_gate)·(x W_in) instead of act(x W_in).</summary>
    public bool GatedMlp { get; init; }
    /// <summary>Attention and MLP both read the block's input.</summary>
    public bool ParallelBlocks { get; init; }
    /// <summary>The norms.</summary>
    public NormKind Norm { get; init; } = NormKind.LayerNorm;
    /// <summary>The ε of the norms.</summary>
    public float NormEps { get; init; } = 1e-5f;
    /// <summary>How positions enter.</summary>
    public PositionKind Positions { get; init; } = PositionKind.Learned;
    /// <summary>The number of rotated elements a head (0: all).</summary>
    public int RotaryDims { get; init; }
    /// <summary>The base of the rotary angles.</summary>
    public double RotaryBase { get; init; } = 10000;
    /// <summary>Which elements are rotated together.</summary>
    public RotaryLayout RotaryLayout { get; init; }
    /// <summary>σ(α_h) k_j + (1 − σ(α_h)) k_{j−1} as keys (Olsson et al., argument 2).</summary>
    public bool SmearedKeys { get; init; }
    /// <summary>The id that starts a sequence, where there is one.</summary>
    public int? BosToken { get; init; }
    /// <summary>The id that ends a sequence, where there is one.</summary>
    public int? EosToken { get; init; }
}
