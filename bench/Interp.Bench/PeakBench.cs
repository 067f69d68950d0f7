using System.Diagnostics;
using System.Runtime.CompilerServices;
using Interp.Simd;

namespace Interp.Bench;

/// <summary>The most floating-point operations a second that this machine's cores can do: fused multiply-adds on registers alone.</summary>
internal static class PeakBench
{
    private const int Sums = 16;

    /// <summary>Prints the best of <paramref name="rounds"/> measurements for each thread count.</summary>
    public static void Run(IEnumerable<int> threadCounts, int rounds, bool json)
    {
        foreach (int threads in threadCounts)
        {
            Parallelism.Threads = threads;
            double best = Enumerable.Range(0, rounds).Max(_ => Measure(threads));
            Console.WriteLine(json
                ? FormattableString.Invariant($$"""{"bench":"peak","threads":{{threads}},"gflops_best":{{best:f1}}}""")
                : FormattableString.Invariant($"{threads} thread(s): {best:f1} GFLOP/s with vectors of {SimdWidth.Bits} bits"));
        }
    }

    /// <summary>GFLOP/s of one run of about 15 ms on <paramref name="threads"/> threads at once.</summary>
    public static double Measure(int threads)
    {
        var kernel = new Kernel(200_000, threads);
        SimdWidth.Run(ref kernel);
        return kernel.GigaFlops;
    }

    private struct Kernel(int steps, int threads) : ISimdKernel
    {
        public double GigaFlops { get; private set; }

        public void Run<S, V>()
            where S : struct, ISimd<V>
            where V : struct
        {
            // As many steps for each width take about as long.
            int count = steps * (16 / S.Lanes);
            double best = 0;
            for (int repeat = 0; repeat < 4; repeat++)
            {
                long start = Stopwatch.GetTimestamp();
                Parallelism.For(threads, new Thread<S, V>(count));
                double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
                best = Math.Max(best, 2.0 * threads * count * Sums * S.Lanes / seconds / 1e9);
            }
            GigaFlops = best;
        }
    }

    private readonly struct Thread<S, V>(int count) : IParallelBody
        where S : struct, ISimd<V>
        where V : struct
    {
        public void Invoke(int index) => MultiplyAdds<S, V>(count);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static float MultiplyAdds<S, V>(int count)
        where S : struct, ISimd<V>
        where V : struct
    {
        // The sums converge to 1, so that no step is slowed by denormal numbers or infinities.
        V x = S.Create(0.5f);
        V c0 = x, c1 = x, c2 = x, c3 = x, c4 = x, c5 = x, c6 = x, c7 = x, c8 = x, c9 = x, c10 = x, c11 = x, c12 = x, c13 = x, c14 = x, c15 = x;
        for (int i = 0; i < count; i++)
        {
            c0 = S.MultiplyAdd(c0, x, x);
            c1 = S.MultiplyAdd(c1, x, x);
            c2 = S.MultiplyAdd(c2, x, x);
            c3 = S.MultiplyAdd(c3, x, x);
            c4 = S.MultiplyAdd(c4, x, x);
            c5 = S.MultiplyAdd(c5, x, x);
            c6 = S.MultiplyAdd(c6, x, x);
            c7 = S.MultiplyAdd(c7, x, x);
            c8 = S.MultiplyAdd(c8, x, x);
            c9 = S.MultiplyAdd(c9, x, x);
            c10 = S.MultiplyAdd(c10, x, x);
            c11 = S.MultiplyAdd(c11, x, x);
            c12 = S.MultiplyAdd(c12, x, x);
            c13 = S.MultiplyAdd(c13, x, x);
            c14 = S.MultiplyAdd(c14, x, x);
            c15 = S.MultiplyAdd(c15, x, x);
        }
        V low = S.Add(S.Add(S.Add(c0, c1), S.Add(c2, c3)), S.Add(S.Add(c4, c5), S.Add(c6, c7)));
        V high = S.Add(S.Add(S.Add(c8, c9), S.Add(c10, c11)), S.Add(S.Add(c12, c13), S.Add(c14, c15)));
        return S.Sum(S.Add(low, high));
    }
}
