namespace Interp;

/// <summary>Arithmetic on shapes, with errors that show them.</summary>
internal static class TensorShape
{
    /// <summary>The number of elements.</summary>
    public static int Count(ReadOnlySpan<int> shape)
    {
        long count = 1;
        foreach (int size in shape)
        {
            if (size < 0) throw new ArgumentException($"A size in a shape cannot be negative: {Text(shape)}.", nameof(shape));
            count *= size;
            if (count > Array.MaxLength - 64)
                throw new ArgumentException($"A tensor {Text(shape)} has more elements than one tensor can hold (2³¹).", nameof(shape));
        }
        return (int)count;
    }

    /// <summary><c>[2, 3]</c></summary>
    public static string Text(ReadOnlySpan<int> shape) => $"[{string.Join(", ", shape.ToArray())}]";

    /// <summary>An axis number from 0, where negative ones count from the end.</summary>
    public static int Axis(int axis, ReadOnlySpan<int> shape)
    {
        int positive = axis < 0 ? axis + shape.Length : axis;
        if ((uint)positive >= (uint)shape.Length)
            throw new ArgumentOutOfRangeException(nameof(axis), axis, $"A tensor {Text(shape)} has axes 0 to {shape.Length - 1} (or −{shape.Length} to −1).");
        return positive;
    }

    /// <summary>The product of the sizes from <paramref name="start"/> up to and without <paramref name="end"/>.</summary>
    public static int Count(ReadOnlySpan<int> shape, int start, int end)
    {
        int count = 1;
        for (int i = start; i < end; i++) count *= shape[i];
        return count;
    }

    /// <summary>The common shape of two operands under NumPy's broadcasting: aligned at the last axis, equal sizes or 1.</summary>
    public static int[] Broadcast(ReadOnlySpan<int> a, ReadOnlySpan<int> b, string operation)
    {
        var shape = new int[Math.Max(a.Length, b.Length)];
        for (int fromEnd = 1; fromEnd <= shape.Length; fromEnd++)
        {
            int sizeA = fromEnd <= a.Length ? a[^fromEnd] : 1, sizeB = fromEnd <= b.Length ? b[^fromEnd] : 1;
            if (sizeA != sizeB && sizeA != 1 && sizeB != 1)
            {
                throw new ArgumentException(
                    $"{operation}: shapes {Text(a)} and {Text(b)} do not broadcast: axis {-fromEnd} is {sizeA} and {sizeB}; sizes must be equal, or one of them 1.");
            }
            shape[^fromEnd] = sizeA == 1 ? sizeB : sizeA;
        }
        return shape;
    }
}
