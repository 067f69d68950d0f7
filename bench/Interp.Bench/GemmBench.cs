using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Interp.Gemm;

namespace Interp.Bench;

/// <summary>Matrix products against the peak of the cores, measured in turns so that both see the same machine.</summary>
internal static unsafe class GemmBench
{
    private static readonly Shape[] s_shapes =
    [
        new(512, 768, 768), new(512, 3072, 768), new(512, 768, 3072), new(512, 50257, 768), new(128, 128, 128), new(256, 64, 256),
    ];

    /// <summary>Measures <paramref name="rounds"/> rounds for each thread count and prints a table, or JSON lines.</summary>
    public static void Run(IEnumerable<int> threadCounts, int rounds, bool json)
    {
        using var memory = new Memory(s_shapes);
        foreach (int threads in threadCounts)
        {
            Parallelism.Threads = threads;
            var peaks = new List<double>();
            List<double>[] speeds = [.. s_shapes.Select(_ => new List<double>())];
            foreach (Shape shape in s_shapes) Measure(shape, memory, repeats: 3);
            for (int round = 0; round < rounds; round++)
                for (int i = 0; i < s_shapes.Length; i++)
                {
                    peaks.Add(PeakBench.Measure(threads));
                    speeds[i].Add(Measure(s_shapes[i], memory, repeats: (int)Math.Clamp(1e9 / s_shapes[i].Flops, 1, 200)));
                }
            Print(threads, null, peaks, peaks, json);
            for (int i = 0; i < s_shapes.Length; i++) Print(threads, s_shapes[i], speeds[i], peaks, json);
        }
    }

    /// <summary>The mean GFLOP/s of some products in a row.</summary>
    private static double Measure(Shape shape, Memory memory, int repeats)
    {
        var a = new MatrixView(memory.A, shape.Rows, shape.Inner);
        var b = new MatrixView(memory.B, shape.Inner, shape.Columns);
        var c = new MatrixView(memory.C, shape.Rows, shape.Columns);
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < repeats; i++) MatrixProduct.Multiply(a, b, c);
        return repeats * shape.Flops / Stopwatch.GetElapsedTime(start).TotalSeconds / 1e9;
    }

    private static void Print(int threads, Shape? shape, List<double> speeds, List<double> peaks, bool json)
    {
        (double best, double median, double peak, double usualPeak) = (speeds.Max(), Median(speeds), peaks.Max(), Median(peaks));
        if (json)
            Console.WriteLine(JsonSerializer.Serialize(new
            {
                bench = shape is null ? "peak" : "gemm",
                threads,
                rows = shape?.Rows,
                columns = shape?.Columns,
                inner = shape?.Inner,
                gflops_best = Math.Round(best, 1),
                gflops_median = Math.Round(median, 1),
                ratio_best = Math.Round(best / peak, 3),
                ratio_median = Math.Round(median / usualPeak, 3),
            }));
        else
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{threads} thread{(threads == 1 ? " " : "s")} {shape?.ToString() ?? "FMA peak",-15} best {best,6:f1} GFLOP/s ({best / peak:p0} of the best peak)  median {median,6:f1} ({median / usualPeak:p0} of the median peak)"));
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private sealed record Shape(int Rows, int Columns, int Inner)
    {
        public double Flops => 2.0 * Rows * Columns * Inner;

        public override string ToString() => $"{Rows}×{Columns}×{Inner}";
    }

    private sealed class Memory : IDisposable
    {
        public Memory(Shape[] shapes)
        {
            A = Allocate(shapes.Max(s => (long)s.Rows * s.Inner));
            B = Allocate(shapes.Max(s => (long)s.Inner * s.Columns));
            C = Allocate(shapes.Max(s => (long)s.Rows * s.Columns));
        }

        public float* A { get; }

        public float* B { get; }

        public float* C { get; }

        public void Dispose()
        {
            NativeMemory.AlignedFree(A);
            NativeMemory.AlignedFree(B);
            NativeMemory.AlignedFree(C);
        }

        private static float* Allocate(long floats)
        {
            var memory = (float*)NativeMemory.AlignedAlloc((nuint)floats * sizeof(float), 64);
            for (long i = 0; i < floats; i++) memory[i] = i * 7919 % 13 * 0.1f - 0.6f;
            return memory;
        }
    }
}
