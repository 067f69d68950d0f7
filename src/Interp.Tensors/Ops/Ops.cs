#pragma warning disable CS1591, CA1045, CA1021
namespace Interp;

/// <summary>Where rotary embeddings find the second element of a rotated pair.</summary>
public enum RotaryLayout
{
    /// <summary>Element i is paired with element i + dims/2 (GPT-NeoX, Llama in the Hugging Face layout).</summary>
    Halves,

    /// <summary>Element 2i is paired with element 2i + 1 (GPT-J, llama2.c).</summary>
    AdjacentPairs,
}

/// <summary>The operations of transformers: each forward records its backward where gradients are on.</summary>
public static partial class Ops
{
    // Layers.
    /// <summary>Rotates the first <paramref name="cos"/>-width·2 elements of each head: x [b, p, h, e]; cos, sin [p, dims/2] tables for these positions.</summary>
    public static Tensor Rotary(Tensor x, Tensor cos, Tensor sin, RotaryLayout layout) => throw new NotImplementedException();
    /// <summary>k_j ← σ(α_h) k_j + (1 − σ(α_h)) k_{j−1}, the first key unchanged: k [b, p, h, e], alpha [h].</summary>
    public static Tensor SmearKeys(Tensor k, Tensor alpha) => throw new NotImplementedException();

    // Attention. q [b, q, h, e]; k, v [b, k, kvHeads, e], query head h reads kv head h / (h/kvHeads); query i sees keys ≤ i + (k − q).
    /// <summary>Masked scores q·k·scale [b, h, q, k], −∞ above the diagonal.</summary>
    public static Tensor AttentionScores(Tensor q, Tensor k, float scale) => throw new NotImplementedException();
    /// <summary>Softmax over the last axis.</summary>
    public static Tensor Softmax(Tensor x) => throw new NotImplementedException();
    /// <summary>Log-softmax over the last axis.</summary>
    public static Tensor LogSoftmax(Tensor x) => throw new NotImplementedException();
    /// <summary>z [b, q, h, e] = Σ_k pattern [b, h, q, k] · v [b, k, kvHeads, e].</summary>
    public static Tensor WeightedValues(Tensor pattern, Tensor v) => throw new NotImplementedException();

    // Losses, in nats. A negative target is left out: its loss and gradient are 0.
    /// <summary>−log softmax(logits)[target] for each row: logits [..., V] → [...].</summary>
    public static Tensor CrossEntropy(Tensor logits, ReadOnlySpan<int> targets) => throw new NotImplementedException();
    /// <summary>Cross-entropy of x·W_U + b_U [.., V] that never stores the product: x [..., d], weight [d, V], bias [V] → [...].</summary>
    public static Tensor UnembedCrossEntropy(Tensor x, Tensor weight, Tensor? bias, ReadOnlySpan<int> targets) => throw new NotImplementedException();
}
