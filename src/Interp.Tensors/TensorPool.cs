using System.Numerics;
using System.Runtime.InteropServices;

namespace Interp;

/// <summary>Idle pinned arrays by size, four sizes to a power of two (so at most a fifth of an array is unused).</summary>
internal static unsafe class TensorPool
{
    private const int Alignment = 64;
    private const int Slack = Alignment / sizeof(float);
    private const int Smallest = 64;
    private const int LargestPooled = 1 << 28;

    /// <summary>Arrays that stayed idle over this many outermost scopes are let go: memory follows what the program does now.</summary>
    public const int ScopesPerTrim = 64;

    private static readonly Bucket[] s_buckets = CreateBuckets();
    private static readonly Lock s_lock = new();
    private static int s_scopesEnded;

    private sealed class Bucket
    {
        public readonly Stack<float[]> Idle = [];
        public int FewestIdle;
    }

    /// <summary>A plain pinned array with room for <paramref name="length"/> aligned elements.</summary>
    public static float[] NewArray(int length) => GC.AllocateUninitializedArray<float>(length + Slack, pinned: true);

    /// <summary>The index of the first 64-byte aligned element of a pinned array.</summary>
    public static int AlignedStart(float[] array)
    {
        nint address = (nint)System.Runtime.CompilerServices.Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(array));
        return (int)(-address & (Alignment - 1)) / sizeof(float);
    }

    public static float[] Rent(int length)
    {
        if (length > LargestPooled) return NewArray(length);
        int index = IndexOf(length, out int capacity);
        Bucket bucket = s_buckets[index];
        lock (s_lock)
        {
            if (bucket.Idle.TryPop(out float[]? array))
            {
                bucket.FewestIdle = Math.Min(bucket.FewestIdle, bucket.Idle.Count);
                return array;
            }
        }
        return NewArray(capacity);
    }

    public static void Return(float[] array)
    {
        int capacity = array.Length - Slack;
        if (capacity > LargestPooled) return;
        int index = IndexOf(capacity, out _);
        lock (s_lock) s_buckets[index].Idle.Push(array);
    }

    /// <summary>Counts an outermost scope's end and now and then lets go of arrays that were not needed since.</summary>
    public static void ScopeEnded()
    {
        lock (s_lock)
        {
            if (++s_scopesEnded % ScopesPerTrim != 0) return;
            foreach (Bucket bucket in s_buckets)
            {
                for (int i = 0; i < bucket.FewestIdle; i++) bucket.Idle.Pop();
                bucket.FewestIdle = bucket.Idle.Count;
            }
        }
    }

    private static int IndexOf(int length, out int capacity)
    {
        int last = Math.Max(length, Smallest) - 1;
        int shift = BitOperations.Log2((uint)last) - 2;
        capacity = ((last >> shift) + 1) << shift;
        return (shift * 4) + (last >> shift) - 4;
    }

    private static Bucket[] CreateBuckets()
    {
        var buckets = new Bucket[IndexOf(LargestPooled, out _) + 1];
        for (int i = 0; i < buckets.Length; i++) buckets[i] = new Bucket();
        return buckets;
    }
}
