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

/// <summary>An elementwise nonlinearity.</summary>
public enum Activation
{
    /// <summary>x</summary>
    None,

    /// <summary>max(x, 0)</summary>
    Relu,

    /// <summary>x·Φ(x), exact.</summary>
    Gelu,

    /// <summary>½x(1 + tanh(√(2/π)(x + 0.044715x³))), GPT-2's ("gelu_new").</summary>
    GeluTanh,

    /// <summary>x·σ(x)</summary>
    Silu,
}

/// <summary>The operations of transformers: each forward records its backward where gradients are on.</summary>
public static partial class Ops
{
    // Elementwise and shape operations, with NumPy broadcasting (Tensor has the operators + − * / for these).
    public static Tensor Add(Tensor a, Tensor b) => throw new NotImplementedException();
    public static Tensor Subtract(Tensor a, Tensor b) => throw new NotImplementedException();
    public static Tensor Multiply(Tensor a, Tensor b) => throw new NotImplementedException();
    public static Tensor Divide(Tensor a, Tensor b) => throw new NotImplementedException();
    public static Tensor Scale(Tensor x, float factor) => throw new NotImplementedException();
    public static Tensor Apply(Tensor x, Activation activation) => throw new NotImplementedException();
    public static Tensor Exp(Tensor x) => throw new NotImplementedException();
    public static Tensor Log(Tensor x) => throw new NotImplementedException();
    public static Tensor Sum(Tensor x) => throw new NotImplementedException();
    public static Tensor Sum(Tensor x, int axis, bool keepAxis = false) => throw new NotImplementedException();
    public static Tensor Mean(Tensor x) => throw new NotImplementedException();
    public static Tensor Mean(Tensor x, int axis, bool keepAxis = false) => throw new NotImplementedException();
    public static Tensor Permute(Tensor x, params ReadOnlySpan<int> axes) => throw new NotImplementedException();
    public static Tensor Slice(Tensor x, int axis, int start, int length) => throw new NotImplementedException();
    public static Tensor Concat(int axis, params ReadOnlySpan<Tensor> parts) => throw new NotImplementedException();
    /// <summary>Batched a·b over the last two axes ([..., m, k]·[..., k, n]), leading axes broadcast; each operand optionally transposed.</summary>
    public static Tensor MatMul(Tensor a, Tensor b, bool transposeA = false, bool transposeB = false) => throw new NotImplementedException();

    // Layers.
    /// <summary>activation(x·weight + bias): x [..., d_in], weight [d_in, d_out], bias [d_out].</summary>
    public static Tensor Linear(Tensor x, Tensor weight, Tensor? bias = null, Activation activation = Activation.None) => throw new NotImplementedException();
    /// <summary>Projection into heads: x [b, p, d], weight [h, d, e], bias [h, e] → [b, p, h, e].</summary>
    public static Tensor HeadLinear(Tensor x, Tensor weight, Tensor? bias = null) => throw new NotImplementedException();
    /// <summary>Sum over heads of z·W_O + bias: z [b, p, h, e], weight [h, e, d], bias [d] → [b, p, d].</summary>
    public static Tensor HeadOutput(Tensor z, Tensor weight, Tensor? bias = null) => throw new NotImplementedException();
    /// <summary>Each head's result: z [b, p, h, e], weight [h, e, d] → [b, p, h, d].</summary>
    public static Tensor HeadResults(Tensor z, Tensor weight) => throw new NotImplementedException();
    /// <summary>Rows of <paramref name="weight"/> [V, d] chosen by tokens → [b, p, d].</summary>
    public static Tensor Embedding(Tensor weight, Tokens tokens) => throw new NotImplementedException();
    /// <summary>(x − mean) / √(var + eps) · weight + bias over the last axis; <paramref name="scale"/> is that root [..., 1].</summary>
    public static Tensor LayerNorm(Tensor x, Tensor? weight, Tensor? bias, float eps, out Tensor scale) => throw new NotImplementedException();
    /// <summary>x / √(mean(x²) + eps) · weight over the last axis; <paramref name="scale"/> is that root [..., 1].</summary>
    public static Tensor RmsNorm(Tensor x, Tensor? weight, float eps, out Tensor scale) => throw new NotImplementedException();
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
