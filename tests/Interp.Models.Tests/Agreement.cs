namespace Interp.Models.Tests;

/// <summary>Comparison of tensors relative to their scale.</summary>
internal static class Agreement
{
    /// <summary>Fails unless every element lies within <paramref name="tolerance"/> · max|expected| of the expected one; infinities must be equal.</summary>
    public static void Assert(string what, Tensor expected, Tensor actual, double tolerance)
    {
        Xunit.Assert.True(expected.Shape.SequenceEqual(actual.Shape),
            $"{what} is [{string.Join(", ", actual.Shape.ToArray())}], expected [{string.Join(", ", expected.Shape.ToArray())}]");
        (double difference, double scale) = Compare(what, expected, actual);
        Xunit.Assert.True(difference <= tolerance * scale, $"{what} differs by {difference:G3} at a scale of {scale:G3}: {difference / scale:G3} is more than {tolerance:G3}.");
    }

    private static (double Difference, double Scale) Compare(string what, Tensor expected, Tensor actual)
    {
        double difference = 0, scale = 0;
        ReadOnlySpan<float> e = expected.Span, a = actual.Span;
        for (int i = 0; i < e.Length; i++)
        {
            bool finite = float.IsFinite(e[i]);
            if (finite ? !float.IsFinite(a[i]) : !e[i].Equals(a[i])) Xunit.Assert.Fail($"{what} is {a[i]} at element {i}, expected {e[i]}");
            if (!finite) continue;
            difference = Math.Max(difference, Math.Abs((double)e[i] - a[i]));
            scale = Math.Max(scale, Math.Abs((double)e[i]));
        }
        return (difference, scale);
    }

    public static void AssertSameBits(string what, Tensor expected, Tensor actual)
    {
        Xunit.Assert.True(expected.Shape.SequenceEqual(actual.Shape), what);
        Xunit.Assert.True(System.Runtime.InteropServices.MemoryMarshal.AsBytes(expected.Span)
            .SequenceEqual(System.Runtime.InteropServices.MemoryMarshal.AsBytes(actual.Span)), $"{what} is not the same bit for bit");
    }
}
