namespace Interp;

public sealed partial class Tensor
{
    /// <summary>The contiguous view at <paramref name="index"/> of the first axis, differentiable: [n, …] → […].</summary>
    /// <param name="index">Negative counts from the end.</param>
    /// <exception cref="ArgumentOutOfRangeException">The index is outside the first axis, or there is none.</exception>
    public Tensor Select(int index)
    {
        if (Rank == 0) throw new ArgumentOutOfRangeException(nameof(index), index, "A scalar has no first axis to select from.");
        int i = index < 0 ? index + _shape[0] : index;
        if ((uint)i >= (uint)_shape[0])
            throw new ArgumentOutOfRangeException(nameof(index), index, $"The first axis of a tensor {TensorShape.Text(Shape)} has size {_shape[0]}.");
        int length = Length / _shape[0];
        return LeadingView(i * length, _shape[1..], length);
    }

    /// <summary>The same elements under another shape, differentiable.</summary>
    /// <param name="shape">The new sizes; one may be −1 and is then worked out.</param>
    /// <exception cref="ArgumentException">The shape does not have this tensor's number of elements.</exception>
    public Tensor Reshape(params ReadOnlySpan<int> shape)
    {
        int[] sizes = shape.ToArray();
        int unknown = Array.IndexOf(sizes, -1);
        if (unknown >= 0)
        {
            sizes[unknown] = 1;
            int known = TensorShape.Count(sizes);
            sizes[unknown] = known == 0 ? 0 : Length / known;
        }
        if (TensorShape.Count(sizes) != Length)
            throw new ArgumentException($"A tensor {TensorShape.Text(Shape)} of {Length} elements cannot be reshaped to {TensorShape.Text(shape)}.", nameof(shape));
        return Viewed(sizes);
    }

    /// <summary>The same storage, cut from the graph.</summary>
    public Tensor Detach() => new(Storage, _offset, _shape, Length);

    /// <summary>A copy with its own storage, differentiable.</summary>
    public Tensor Clone()
    {
        Tensor copy = Allocate(_shape);
        Span.CopyTo(copy.Span);
        return Autograd.Records(this) ? copy.Record(new PassNode(this)) : copy;
    }

    /// <summary>Takes the tensor out of its <see cref="TensorScope"/>: it (and what shares its memory) lives on as long as it is referenced.</summary>
    /// <remarks>Only this tensor is kept, not the graph behind it: call <see cref="Backward()"/> before the scope ends.</remarks>
    /// <returns>This tensor.</returns>
    public Tensor Keep()
    {
        Storage.Keep();
        return this;
    }

    /// <summary>A view of <paramref name="length"/> elements from <paramref name="start"/> on.</summary>
    internal Tensor LeadingView(int start, int[] shape, int length)
    {
        var view = new Tensor(Storage, _offset + start, shape, length);
        return Autograd.Records(this) ? view.Record(new LeadingViewNode(this, start)) : view;
    }

    /// <summary>The same elements under a shape of as many elements, which is shared, not copied; differentiable.</summary>
    internal Tensor Viewed(int[] shape)
    {
        var view = new Tensor(Storage, _offset, shape, Length);
        return Autograd.Records(this) ? view.Record(new PassNode(this)) : view;
    }

    /// <summary>The same elements under a shape of as many elements, outside the graph.</summary>
    internal Tensor ViewAs(int[] shape) => new(Storage, _offset, shape, Length);

    private sealed class LeadingViewNode(Tensor x, int start) : GradNode(x)
    {
        protected override void Backward(Tensor gradient)
        {
            Span<float> all = Target(0).Initialise();
            System.Numerics.Tensors.TensorPrimitives.Add(all.Slice(start, gradient.Length), gradient.Span, all.Slice(start, gradient.Length));
        }
    }
}
