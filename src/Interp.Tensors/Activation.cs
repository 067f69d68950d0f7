namespace Interp;

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
