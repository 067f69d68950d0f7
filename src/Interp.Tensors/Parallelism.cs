using System.Globalization;
using System.Runtime.CompilerServices;

namespace Interp;

/// <summary>How many threads the numeric work uses, and the loops that use them. Results never depend on it.</summary>
/// <remarks>
/// Loops run on the calling thread and on a small pool that waits for the next loop by spinning for some microseconds, then sleeping.
/// A loop started inside a loop, or while another thread's loop holds the pool, runs on its calling thread alone.
/// </remarks>
public static class Parallelism
{
    private static readonly ThreadTeam s_team = new();
    private static int s_threads = FirstThreads();

    /// <summary>The number of threads a loop may use, the calling one included: at first the number of processors, or what the
    /// environment variable INTERP_THREADS says.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public static int Threads
    {
        get => s_threads;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            s_threads = value;
        }
    }

    /// <summary>Runs body(i) for each i in [0, count). Which thread runs which i is not fixed, so bodies write disjoint results.</summary>
    /// <remarks>An exception stops the loop and is thrown to the caller.</remarks>
    public static void For(int count, Action<int> body)
    {
        ArgumentNullException.ThrowIfNull(body);
        For(count, new Delegated(body));
    }

    /// <summary>Runs body.Invoke(i) for each i in [0, count), as <see cref="For(int, Action{int})"/>, without allocating.</summary>
    public static void For<TBody>(int count, in TBody body)
        where TBody : struct, IParallelBody
    {
        if (count <= 1 || s_threads == 1 || !s_team.Run(count, Math.Min(s_threads, count), body))
            for (int i = 0; i < count; i++) body.Invoke(i);
    }

    /// <summary>Runs body over [0, count) cut in ranges of <paramref name="grain"/> (the last may be shorter): range i is
    /// [i·grain, min((i + 1)·grain, count)) at any thread count, so a partial result a range can be combined in a fixed order.</summary>
    public static void ForRange<TBody>(int count, int grain, in TBody body)
        where TBody : struct, IParallelRange
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(grain, 1);
        For((int)(((long)count + grain - 1) / grain), new Ranges<TBody>(count, grain, body));
    }

    private static int FirstThreads()
    {
        string? wish = Environment.GetEnvironmentVariable("INTERP_THREADS");
        return int.TryParse(wish, NumberStyles.None, CultureInfo.InvariantCulture, out int threads) && threads >= 1
            ? threads
            : Environment.ProcessorCount;
    }

    private readonly struct Delegated(Action<int> body) : IParallelBody
    {
        public void Invoke(int index) => body(index);
    }

    private readonly struct Ranges<TBody>(int count, int grain, TBody body) : IParallelBody
        where TBody : struct, IParallelRange
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke(int index) => body.Invoke(index * grain, (int)Math.Min(count, (index + 1L) * grain));
    }
}
