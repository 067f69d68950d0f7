using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Interp.Files;

/// <summary>Stored elements (little-endian) to float32, with SIMD.</summary>
internal static class ElementConversion
{
    /// <summary>The bytes one element takes.</summary>
    public static int Size(this ElementType type) => type switch
    {
        ElementType.F64 or ElementType.I64 or ElementType.U64 => 8,
        ElementType.F32 or ElementType.I32 or ElementType.U32 => 4,
        ElementType.F16 or ElementType.BF16 or ElementType.I16 or ElementType.U16 => 2,
        _ => 1,
    };

    /// <summary>Converts as many elements as <paramref name="to"/> holds; integers beyond 2²⁴ and doubles are rounded to nearest.</summary>
    public static void ToSingle(ElementType type, ReadOnlySpan<byte> from, Span<float> to)
    {
        switch (type)
        {
            case ElementType.F32: MemoryMarshal.Cast<byte, float>(from).CopyTo(to); break;
            case ElementType.F64: Convert<double>(from, to); break;
            case ElementType.F16: TensorPrimitives.ConvertToSingle(MemoryMarshal.Cast<byte, Half>(from), to); break;
            case ElementType.BF16: Brain(MemoryMarshal.Cast<byte, ushort>(from), to); break;
            case ElementType.I64: Convert<long>(from, to); break;
            case ElementType.I32: Convert<int>(from, to); break;
            case ElementType.I16: Convert<short>(from, to); break;
            case ElementType.I8: Convert<sbyte>(from, to); break;
            case ElementType.U64: Convert<ulong>(from, to); break;
            case ElementType.U32: Convert<uint>(from, to); break;
            case ElementType.U16: Convert<ushort>(from, to); break;
            default: Convert<byte>(from, to); break;
        }
    }

    private static void Convert<T>(ReadOnlySpan<byte> from, Span<float> to) where T : unmanaged, INumberBase<T> =>
        TensorPrimitives.ConvertTruncating(MemoryMarshal.Cast<byte, T>(from), to);

    private static void Brain(ReadOnlySpan<ushort> from, Span<float> to)
    {
        Span<uint> bits = MemoryMarshal.Cast<float, uint>(to);
        int i = 0;
        for (; i <= from.Length - Vector256<ushort>.Count; i += Vector256<ushort>.Count)
        {
            (Vector256<uint> low, Vector256<uint> high) = Vector256.Widen(Vector256.Create(from[i..]));
            (low << 16).CopyTo(bits[i..]);
            (high << 16).CopyTo(bits[(i + Vector256<uint>.Count)..]);
        }
        for (; i < from.Length; i++) bits[i] = (uint)from[i] << 16;
    }
}
