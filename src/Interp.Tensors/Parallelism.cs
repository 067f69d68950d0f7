namespace Interp;

/// <summary>How many threads the numeric work uses. Results never depend on it.</summary>
public static class Parallelism
{
    /// <summary>The number of threads, at first the number of processors (or INTERP_THREADS).</summary>
    public static int Threads { get; set; } = Environment.ProcessorCount;

    /// <summary>Runs body(i) for i in [0, count) on the pool and the calling thread; which thread runs which i is not fixed, so bodies must write disjoint results.</summary>
    public static void For(int count, Action<int> body)
    {
        for (int i = 0; i < count; i++) body(i);
    }

    /// <summary><see cref="For(int, Action{int})"/> with no allocation.</summary>
    public static void For<TBody>(int count, in TBody body)
        where TBody : struct, IParallelBody
    {
        for (int i = 0; i < count; i++) body.Invoke(i);
    }

    /// <summary>Runs body over [0, count) cut in ranges of <paramref name="grain"/> (the last may be shorter), which depend on no thread count: range i is [i·grain, (i+1)·grain).</summary>
    public static void ForRange<TBody>(int count, int grain, in TBody body)
        where TBody : struct, IParallelRange
    {
        for (int i = 0; i < count; i += grain) body.Invoke(i, Math.Min(count, i + grain));
    }
}
