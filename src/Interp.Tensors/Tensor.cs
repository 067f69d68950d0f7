using System.Globalization;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json.Serialization;

namespace Interp;

/// <summary>A dense, row-major float32 tensor with optional reverse-mode gradients (PyTorch's semantics, off by default).</summary>
/// <remarks>
/// Memory is contiguous. <see cref="Reshape"/>, <see cref="Select"/>, <see cref="Detach"/> and <see cref="Ops.Slice"/> along the first axis share it;
/// every other operation makes a new tensor. Writes through <see cref="Span"/> are not seen by autograd: do not overwrite what a
/// recorded operation still needs for its backward. As JSON a tensor is nested arrays, outermost axis first; a scalar is a number.
/// </remarks>
[JsonConverter(typeof(TensorJsonConverter))]
public sealed partial class Tensor
{
    private readonly int[] _shape;
    private readonly int _offset;

    /// <summary>A tensor over <paramref name="storage"/>. The shape is not copied and must never change.</summary>
    internal Tensor(TensorStorage storage, int offset, int[] shape, int length) =>
        (Storage, _offset, _shape, Length) = (storage, offset, shape, length);

    /// <summary>A tensor over memory that <paramref name="owner"/> keeps (a mapped file); it stays mapped until the process ends.</summary>
    internal unsafe Tensor(float* pointer, object owner, ReadOnlySpan<int> shape)
        : this(new TensorStorage(pointer, owner), 0, shape.ToArray(), TensorShape.Count(shape))
    {
    }

    /// <summary>The sizes of the axes, outermost first. A scalar has no axes.</summary>
    public ReadOnlySpan<int> Shape => _shape;

    /// <summary>The number of axes.</summary>
    public int Rank => _shape.Length;

    /// <summary>The number of elements.</summary>
    public int Length { get; }

    /// <summary>All elements, row-major. Writing through it is not seen by autograd.</summary>
    /// <exception cref="ObjectDisposedException">The tensor's <see cref="TensorScope"/> has ended.</exception>
    public Span<float> Span
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Storage.Span(_offset, Length);
    }

    internal TensorStorage Storage { get; }

    /// <summary>The managed (pinned) array that holds the elements, from <paramref name="start"/> on; false where they lie in foreign memory.</summary>
    internal bool TryGetArray([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out float[]? array, out int start)
    {
        array = Storage.Array(out start);
        start += _offset;
        return array is not null;
    }

    /// <summary>The shape itself, to be shared by tensors of the same shape.</summary>
    internal int[] ShapeArray => _shape;

    /// <summary>The size of the last axis (1 for a scalar).</summary>
    internal int LastSize => _shape.Length == 0 ? 1 : _shape[^1];

    /// <summary>An uninitialised tensor.</summary>
    /// <param name="shape">The sizes of the axes; none for a scalar.</param>
    public static Tensor Empty(params ReadOnlySpan<int> shape) => Allocate(shape.ToArray());

    /// <summary>A tensor of zeros.</summary>
    /// <param name="shape">The sizes of the axes; none for a scalar.</param>
    public static Tensor Zeros(params ReadOnlySpan<int> shape) => Full(0, shape);

    /// <summary>A tensor of one repeated value.</summary>
    /// <param name="value">Every element.</param>
    /// <param name="shape">The sizes of the axes; none for a scalar.</param>
    public static Tensor Full(float value, params ReadOnlySpan<int> shape)
    {
        Tensor result = Empty(shape);
        result.Span.Fill(value);
        return result;
    }

    /// <summary>A tensor that copies <paramref name="values"/>.</summary>
    /// <param name="values">The elements, row-major.</param>
    /// <param name="shape">The sizes of the axes.</param>
    /// <exception cref="ArgumentException">The number of values is not the product of the sizes.</exception>
    public static Tensor From(ReadOnlySpan<float> values, params ReadOnlySpan<int> shape)
    {
        if (TensorShape.Count(shape) != values.Length)
            throw new ArgumentException($"{values.Length} values do not make a tensor {TensorShape.Text(shape)} of {TensorShape.Count(shape)} elements.", nameof(values));
        Tensor result = Empty(shape);
        values.CopyTo(result.Span);
        return result;
    }

    /// <summary>Independent normal values N(0, std²) from <paramref name="random"/>.</summary>
    /// <param name="random">The generator, which advances.</param>
    /// <param name="std">The standard deviation.</param>
    /// <param name="shape">The sizes of the axes; none for a scalar.</param>
    public static Tensor Normal(Rng random, float std, params ReadOnlySpan<int> shape)
    {
        ArgumentNullException.ThrowIfNull(random);
        Tensor result = Empty(shape);
        foreach (ref float x in result.Span) x = (float)(std * random.NextNormal());
        return result;
    }

    /// <summary>The value of a one-element tensor.</summary>
    /// <exception cref="InvalidOperationException">The tensor has more or fewer elements.</exception>
    public float Item() => Length == 1
        ? Span[0]
        : throw new InvalidOperationException($"Item() reads a tensor of one element; this one is {TensorShape.Text(Shape)}. Index it, or reduce it with Ops.Sum or Ops.Mean.");

    /// <summary>The element at <paramref name="index"/> (one index an axis; negative counts from the end).</summary>
    /// <exception cref="ArgumentException">The number of indices is not the number of axes.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An index is outside its axis.</exception>
    [IndexerName("Element")]
    public float this[params ReadOnlySpan<int> index]
    {
        get => Span[FlatIndex(index)];
        set => Span[FlatIndex(index)] = value;
    }

    /// <summary>A view for System.Numerics.Tensors.</summary>
    public TensorSpan<float> AsTensorSpan()
    {
        Span<nint> lengths = stackalloc nint[Math.Max(Rank, 1)];
        lengths[0] = 1;
        for (int axis = 0; axis < Rank; axis++) lengths[axis] = _shape[axis];
        return new TensorSpan<float>(Span, lengths);
    }

    /// <summary>Shape, the first elements, and what a reader asks first: smallest, largest, mean, and whether anything is not finite.</summary>
    public override string ToString()
    {
        // Debuggers and notebooks list every variable, also one that outlived its scope.
        if (Storage.HasEnded) return $"Tensor {TensorShape.Text(Shape)} (its TensorScope has ended)";
        const int Shown = 6;
        Span<float> all = Span;
        var text = new StringBuilder("Tensor ").Append(TensorShape.Text(Shape)).Append(" {");
        for (int i = 0; i < Math.Min(all.Length, Shown); i++)
            text.Append(i == 0 ? " " : ", ").Append(all[i].ToString("G5", CultureInfo.InvariantCulture));
        text.Append(all.Length > Shown ? ", … }" : " }");
        if (all.Length > 1)
        {
            double sum = 0;
            int finite = 0;
            float min = float.PositiveInfinity, max = float.NegativeInfinity;
            foreach (float x in all)
            {
                if (!float.IsFinite(x)) continue;
                (finite, sum, min, max) = (finite + 1, sum + x, Math.Min(min, x), Math.Max(max, x));
            }
            if (finite > 0) text.Append(CultureInfo.InvariantCulture, $" min {min:G5}, max {max:G5}, mean {sum / finite:G5}");
            if (finite < all.Length) text.Append(CultureInfo.InvariantCulture, $", {all.Length - finite} not finite");
        }
        return RequiresGrad ? text.Append(IsLeaf ? ", requires grad" : $", grad by {Node!.Name}").ToString() : text.ToString();
    }

    /// <summary>An uninitialised tensor that shares the array <paramref name="shape"/>.</summary>
    internal static Tensor Allocate(int[] shape)
    {
        int length = TensorShape.Count(shape);
        return new Tensor(TensorStorage.Allocate(length), 0, shape, length);
    }

    /// <summary>An uninitialised tensor that no scope owns.</summary>
    internal static Tensor AllocatePlain(int[] shape)
    {
        int length = TensorShape.Count(shape);
        return new Tensor(TensorStorage.AllocatePlain(length), 0, shape, length);
    }

    private int FlatIndex(ReadOnlySpan<int> index)
    {
        if (index.Length != Rank)
            throw new ArgumentException($"A tensor {TensorShape.Text(Shape)} needs {Rank} indices, not {index.Length}.", nameof(index));
        int flat = 0;
        for (int axis = 0; axis < index.Length; axis++)
        {
            int i = index[axis] < 0 ? index[axis] + _shape[axis] : index[axis];
            if ((uint)i >= (uint)_shape[axis])
                throw new ArgumentOutOfRangeException(nameof(index), index[axis], $"Axis {axis} of a tensor {TensorShape.Text(Shape)} has size {_shape[axis]}.");
            flat = (flat * _shape[axis]) + i;
        }
        return flat;
    }
}
