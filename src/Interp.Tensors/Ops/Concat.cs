namespace Interp;

public static partial class Ops
{
    /// <summary>Tensors one after another along one axis.</summary>
    /// <param name="axis">Negative counts from the end.</param>
    /// <param name="parts">Of equal shapes but for that axis.</param>
    /// <exception cref="ArgumentException">There are no parts, or their shapes do not fit.</exception>
    public static Tensor Concat(int axis, params ReadOnlySpan<Tensor> parts)
    {
        if (parts.Length == 0) throw new ArgumentException("Concat needs at least one tensor.", nameof(parts));
        int[] shape = parts[0].Shape.ToArray();
        axis = TensorShape.Axis(axis, shape);
        shape[axis] = 0;
        bool records = false;
        foreach (Tensor part in parts)
        {
            if (part.Rank != shape.Length || !part.Shape[..axis].SequenceEqual(shape.AsSpan(0, axis)) || !part.Shape[(axis + 1)..].SequenceEqual(shape.AsSpan(axis + 1)))
                throw new ArgumentException($"Concat along axis {axis}: {TensorShape.Text(part.Shape)} does not fit {TensorShape.Text(parts[0].Shape)}; all other axes must be equal.", nameof(parts));
            shape[axis] += part.Shape[axis];
            records |= Autograd.Records(part);
        }
        Tensor result = Tensor.Allocate(shape);
        int outer = TensorShape.Count(shape, 0, axis), stride = TensorShape.Count(shape, axis, shape.Length), start = 0;
        foreach (Tensor part in parts)
        {
            int length = TensorShape.Count(part.Shape, axis, part.Rank);
            CopyRows(part.Span, length, 0, result.Span, stride, start, outer, length);
            start += length;
        }
        return records ? result.Record(new ConcatNode(parts, axis)) : result;
    }

    private sealed class ConcatNode : GradNode
    {
        private readonly int _axis;
        private readonly int[] _sizes;

        public ConcatNode(ReadOnlySpan<Tensor> parts, int axis)
            : base(parts)
        {
            _axis = axis;
            _sizes = new int[parts.Length];
            for (int i = 0; i < parts.Length; i++) _sizes[i] = parts[i].Shape[axis];
        }

        protected override void Backward(Tensor gradient)
        {
            int start = 0;
            for (int i = 0; i < _sizes.Length; i++)
            {
                if (Wants(i)) Send(i, Slice(gradient, _axis, start, _sizes[i]));
                start += _sizes[i];
            }
        }
    }
}
