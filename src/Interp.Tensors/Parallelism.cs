namespace Interp;

/// <summary>How many threads the numeric work uses. Results never depend on it.</summary>
public static class Parallelism
{
    /// <summary>The number of threads, at first the number of processors (or INTERP_THREADS).</summary>
    public static int Threads { get; set; } = Environment.ProcessorCount;

    /// <summary>Runs body(i) for i in [0, count) on the pool and the calling thread; which thread runs which i is not fixed, so bodies must write disjoint results.</summary>
    public static void For(int count, Action<int> body) => throw new NotImplementedException();
}
