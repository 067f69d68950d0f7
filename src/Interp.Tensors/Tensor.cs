using System.Numerics.Tensors;

namespace Interp;

/// <summary>A dense, row-major float32 tensor with optional reverse-mode gradients (PyTorch's semantics, off by default).</summary>
public sealed partial class Tensor
{
    /// <summary>The sizes of the axes, outermost first. A scalar has no axes.</summary>
    public ReadOnlySpan<int> Shape => throw new NotImplementedException();

    /// <summary>The number of axes.</summary>
    public int Rank => Shape.Length;

    /// <summary>The number of elements.</summary>
    public int Length => throw new NotImplementedException();

    /// <summary>All elements, row-major. Writing through it is not seen by autograd.</summary>
    public Span<float> Span => throw new NotImplementedException();

    /// <summary>A leaf whose gradient <see cref="Backward()"/> accumulates into <see cref="Grad"/>.</summary>
    public bool RequiresGrad { get; set; }

    /// <summary>The accumulated gradient of a leaf (or of a tensor on which <see cref="RetainGrad"/> was called).</summary>
    public Tensor? Grad { get; set; }

    /// <summary>An uninitialised tensor.</summary>
    public static Tensor Empty(params ReadOnlySpan<int> shape) => throw new NotImplementedException();

    /// <summary>A tensor of zeros.</summary>
    public static Tensor Zeros(params ReadOnlySpan<int> shape) => throw new NotImplementedException();

    /// <summary>A tensor of one repeated value.</summary>
    public static Tensor Full(float value, params ReadOnlySpan<int> shape) => throw new NotImplementedException();

    /// <summary>A tensor that copies <paramref name="values"/>.</summary>
    public static Tensor From(ReadOnlySpan<float> values, params ReadOnlySpan<int> shape) => throw new NotImplementedException();

    /// <summary>Independent normal values N(0, std²) from <paramref name="random"/>.</summary>
    public static Tensor Normal(Rng random, float std, params ReadOnlySpan<int> shape) => throw new NotImplementedException();

    /// <summary>The value of a one-element tensor.</summary>
    public float Item() => throw new NotImplementedException();

    /// <summary>The element at <paramref name="index"/> (one index an axis; negative counts from the end).</summary>
    [System.Runtime.CompilerServices.IndexerName("Element")]
    public float this[params ReadOnlySpan<int> index] { get => throw new NotImplementedException(); set => throw new NotImplementedException(); }

    /// <summary>The contiguous view at <paramref name="index"/> of the first axis.</summary>
    public Tensor Select(int index) => throw new NotImplementedException();

    /// <summary>The same elements under another shape (one size may be −1).</summary>
    public Tensor Reshape(params ReadOnlySpan<int> shape) => throw new NotImplementedException();

    /// <summary>The same storage, cut from the graph.</summary>
    public Tensor Detach() => throw new NotImplementedException();

    /// <summary>A copy with its own storage, differentiable.</summary>
    public Tensor Clone() => throw new NotImplementedException();

    /// <summary>Takes the tensor out of the current <see cref="TensorScope"/>: it lives on as long as it is referenced.</summary>
    public Tensor Keep() => throw new NotImplementedException();

    /// <summary>Makes <see cref="Backward()"/> fill <see cref="Grad"/> of this non-leaf tensor too.</summary>
    public Tensor RetainGrad() => throw new NotImplementedException();

    /// <summary>Accumulates d(this)/d(leaf) into every leaf's <see cref="Grad"/>. This tensor must be a scalar.</summary>
    public void Backward() => throw new NotImplementedException();

    /// <summary>Accumulates the vector–Jacobian product with <paramref name="gradient"/> into every leaf's <see cref="Grad"/>.</summary>
    public void Backward(Tensor gradient) => throw new NotImplementedException();

    /// <summary>A view for System.Numerics.Tensors.</summary>
    public TensorSpan<float> AsTensorSpan() => throw new NotImplementedException();
}
