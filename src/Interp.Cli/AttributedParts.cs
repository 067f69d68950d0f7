namespace Interp.Cli;

/// <summary>How direct logit attribution cuts the residual stream into parts.</summary>
internal enum AttributedParts
{
    /// <summary>Embeddings, each attention layer, each MLP.</summary>
    Component,

    /// <summary>Every head.</summary>
    Head,

    /// <summary>Every neuron.</summary>
    Neuron,

    /// <summary>One head's output, by the token that it comes from.</summary>
    Source,
}
