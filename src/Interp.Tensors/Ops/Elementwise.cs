using System.Runtime.CompilerServices;
using Interp.Simd;

namespace Interp;

/// <summary>A function of one vector.</summary>
internal interface IUnaryFunction
{
    static abstract V Invoke<S, V>(V x)
        where S : struct, ISimd<V>
        where V : struct;
}

/// <summary>A function of two vectors.</summary>
internal interface IBinaryFunction
{
    static abstract V Invoke<S, V>(V a, V b)
        where S : struct, ISimd<V>
        where V : struct;
}

/// <summary>Drives elementwise functions over memory, in parallel where there is enough of it.</summary>
internal static unsafe class Elementwise
{
    /// <summary>Elements for one thread at a time: enough to hide what starting it costs, small enough for its cache.</summary>
    public const int Grain = 1 << 14;

    /// <summary>result[i] = f(x[i]); may be in place.</summary>
    public static void Map<TFunction>(ReadOnlySpan<float> x, Span<float> result)
        where TFunction : struct, IUnaryFunction
    {
        fixed (float* px = x, pr = result)
            Parallelism.ForRange(result.Length, Grain, new UnaryRange<TFunction>(px, pr));
    }

    /// <summary>result[i] = f(a[i], b[i]); may be in place. An operand of one element stands for any number of them.</summary>
    public static void Map<TFunction>(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> result)
        where TFunction : struct, IBinaryFunction
    {
        fixed (float* pa = a, pb = b, pr = result)
        {
            bool one = result.Length == 1;
            Parallelism.ForRange(result.Length, Grain, new BinaryRange<TFunction>(pa, a.Length == 1 && !one, pb, b.Length == 1 && !one, pr));
        }
    }

    /// <summary>One run of a binary function on this thread; a repeated operand is one element.</summary>
    public static void Run<TFunction>(float* a, bool repeatA, float* b, bool repeatB, float* result, int length)
        where TFunction : struct, IBinaryFunction
    {
        var kernel = new BinaryKernel<TFunction>(a, repeatA, b, repeatB, result, length);
        SimdWidth.Run(ref kernel);
    }

    private readonly struct UnaryRange<TFunction>(float* x, float* result) : IParallelRange
        where TFunction : struct, IUnaryFunction
    {
        public void Invoke(int start, int end)
        {
            var kernel = new UnaryKernel<TFunction>(x + start, result + start, end - start);
            SimdWidth.Run(ref kernel);
        }
    }

    private readonly struct BinaryRange<TFunction>(float* a, bool repeatA, float* b, bool repeatB, float* result) : IParallelRange
        where TFunction : struct, IBinaryFunction
    {
        public void Invoke(int start, int end) =>
            Run<TFunction>(repeatA ? a : a + start, repeatA, repeatB ? b : b + start, repeatB, result + start, end - start);
    }

    private readonly struct UnaryKernel<TFunction>(float* x, float* result, int length) : ISimdKernel
        where TFunction : struct, IUnaryFunction
    {
        public void Run<S, V>()
            where S : struct, ISimd<V>
            where V : struct
        {
            int i = 0;
            for (; i <= length - S.Lanes; i += S.Lanes) S.Store(TFunction.Invoke<S, V>(S.Load(x + i)), result + i);
            if (i == length) return;
            float* rest = stackalloc float[S.Lanes];
            Unsafe.CopyBlockUnaligned(rest, x + i, (uint)(length - i) * sizeof(float));
            S.Store(TFunction.Invoke<S, V>(S.Load(rest)), rest);
            Unsafe.CopyBlockUnaligned(result + i, rest, (uint)(length - i) * sizeof(float));
        }
    }

    private readonly struct BinaryKernel<TFunction>(float* a, bool repeatA, float* b, bool repeatB, float* result, int length) : ISimdKernel
        where TFunction : struct, IBinaryFunction
    {
        public void Run<S, V>()
            where S : struct, ISimd<V>
            where V : struct
        {
            int i = 0, last = length - S.Lanes;
            if (repeatA)
            {
                V value = S.Create(*a);
                for (; i <= last; i += S.Lanes) S.Store(TFunction.Invoke<S, V>(value, S.Load(b + i)), result + i);
            }
            else if (repeatB)
            {
                V value = S.Create(*b);
                for (; i <= last; i += S.Lanes) S.Store(TFunction.Invoke<S, V>(S.Load(a + i), value), result + i);
            }
            else
            {
                for (; i <= last; i += S.Lanes) S.Store(TFunction.Invoke<S, V>(S.Load(a + i), S.Load(b + i)), result + i);
            }
            if (i == length) return;
            float* restA = stackalloc float[S.Lanes], restB = stackalloc float[S.Lanes];
            for (int j = 0; j < length - i; j++) (restA[j], restB[j]) = (repeatA ? *a : a[i + j], repeatB ? *b : b[i + j]);
            S.Store(TFunction.Invoke<S, V>(S.Load(restA), S.Load(restB)), restA);
            Unsafe.CopyBlockUnaligned(result + i, restA, (uint)(length - i) * sizeof(float));
        }
    }
}

internal readonly struct AddFunction : IBinaryFunction
{
    public static V Invoke<S, V>(V a, V b) where S : struct, ISimd<V> where V : struct => S.Add(a, b);
}

internal readonly struct SubtractFunction : IBinaryFunction
{
    public static V Invoke<S, V>(V a, V b) where S : struct, ISimd<V> where V : struct => S.Subtract(a, b);
}

internal readonly struct MultiplyFunction : IBinaryFunction
{
    public static V Invoke<S, V>(V a, V b) where S : struct, ISimd<V> where V : struct => S.Multiply(a, b);
}

internal readonly struct DivideFunction : IBinaryFunction
{
    public static V Invoke<S, V>(V a, V b) where S : struct, ISimd<V> where V : struct => S.Divide(a, b);
}
