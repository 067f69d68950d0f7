using System.Runtime.Intrinsics;
using Interp.Gemm;
using Interp.Simd;

namespace Interp.Tensors.Tests.Gemm;

[Collection(nameof(Parallelism))]
public sealed unsafe class MatrixProductTests
{
    public static TheoryData<string> Paths => ["512", "256", "128", "scalar"];

    public static TheoryData<string, int, int, int> Shapes()
    {
        var shapes = new TheoryData<string, int, int, int>();
        foreach (string path in new[] { "512", "256", "128", "scalar" })
            foreach ((int m, int n, int k) in new[]
                     {
                         (1, 1, 1), (1, 32, 7), (3, 5, 2), (13, 31, 17), (14, 32, 16), (15, 33, 9), (43, 64, 40), (29, 16, 65),
                         (57, 200, 33), (64, 47, 401), (30, 513, 12), (5, 401, 800), (97, 129, 130),
                     })
                shapes.Add(path, m, n, k);
        return shapes;
    }

    [Theory, MemberData(nameof(Shapes))]
    public void Products_of_every_layout_match_a_double_reference(string path, int m, int n, int k)
    {
        foreach (Matrix a in Layouts(m, k))
            foreach (Matrix b in Layouts(k, n))
            {
                Matrix c = Matrix.Padded(m, n);
                Multiply(path, a.Fill(1).View, b.Fill(2).View, c.View, default(NoEpilogue), accumulate: false);
                AssertProduct(a.View, b.View, c.View, (_, _) => 0);
                c.AssertGuards();
            }
    }

    [Theory, MemberData(nameof(Shapes))]
    public void Accumulating_into_every_layout_of_C_adds_the_product_and_touches_nothing_else(string path, int m, int n, int k)
    {
        Matrix a = Matrix.Dense(m, k).Fill(1), b = Matrix.Dense(k, n).Fill(2);
        foreach (Matrix c in new[] { Matrix.Dense(m, n), Matrix.Padded(m, n), Matrix.Heads(m, n, 16), Matrix.Heads(m, n, 24), Matrix.Heads(m, n, 5) })
        {
            c.Fill(3);
            float[] before = c.Values();
            Multiply(path, a.View, b.View, c.View, default(NoEpilogue), accumulate: true);
            AssertProduct(a.View, b.View, c.View, (i, j) => before[i * n + j]);
            Multiply(path, a.View, b.View, c.View, default(NoEpilogue), accumulate: false);
            AssertProduct(a.View, b.View, c.View, (_, _) => 0);
            c.AssertGuards();
        }
    }

    [Theory, MemberData(nameof(Shapes))]
    public void An_epilogue_sees_each_finished_element_once_and_may_change_it(string path, int m, int n, int k)
    {
        Matrix a = Matrix.Dense(m, k).Fill(1), b = Matrix.Dense(k, n).Fill(2), bias = Matrix.Dense(1, n).Fill(4);
        foreach (Matrix c in new[] { Matrix.Padded(m, n), Matrix.Heads(m, n, 16), Matrix.Heads(m, n, 5) })
        {
            c.Fill(3);
            float[] before = c.Values();
            Multiply(path, a.View, b.View, c.View, new AddBias(bias.View.Origin), accumulate: true);
            AssertProduct(a.View, b.View, c.View, (i, j) => before[i * n + j] + (double)bias.View[0, j]);
            c.AssertGuards();
        }
    }

    [Theory, MemberData(nameof(Shapes))]
    public void A_stream_hands_over_each_row_in_ascending_columns(string path, int m, int n, int k)
    {
        Matrix a = Matrix.Dense(m, k).Fill(1), b = Matrix.Transposed(k, n).Fill(2), c = Matrix.Dense(m, n), ends = Matrix.Dense(1, m);
        new Span<float>(ends.View.Origin, m).Clear();
        Stream(path, a.View, b.View, new Collect(c.View, ends.View.Origin));
        AssertProduct(a.View, b.View, c.View, (_, _) => 0);
        Assert.All(ends.Values(), end => Assert.Equal(n, end));
    }

    [Theory, MemberData(nameof(Paths))]
    public void Batched_products_match_for_two_strided_indices(string path)
    {
        // Attention's shapes: scores of [b, p, h, e] queries and keys, per batch and head.
        const int batch = 3, heads = 5, queries = 19, keys = 23, width = 12;
        Matrix q = Matrix.Dense(batch * queries, heads * width).Fill(1), k = Matrix.Dense(batch * keys, heads * width).Fill(2);
        Matrix scores = Matrix.Dense(batch * heads * queries, keys).Fill(3);
        float[] before = scores.Values();
        var a = new BatchView(new MatrixView(q.View.Origin, queries, width, heads * width), batch, queries * heads * width, heads, width);
        var b = new BatchView(new MatrixView(k.View.Origin, keys, width, heads * width).Transposed, batch, keys * heads * width, heads, width);
        var c = new BatchView(new MatrixView(scores.View.Origin, queries, keys), batch, heads * queries * keys, heads, queries * keys);
        With(path, new BatchedCall(a, b, c, accumulate: true));
        for (int i = 0; i < c.Count; i++)
        {
            int matrix = i;
            AssertProduct(a[i], b[i], c[i], (r, s) => before[(matrix * queries + r) * keys + s]);
        }
        scores.AssertGuards();
    }

    [Theory, MemberData(nameof(Paths))]
    public void Results_have_the_same_bits_at_any_thread_count(string path)
    {
        // Large enough that every path shares the work, with uneven parts.
        const int m = 201, n = 419, k = 517;
        Matrix a = Matrix.Transposed(m, k).Fill(1), b = Matrix.Heads(k, n, 24).Fill(2);
        float[][] products = new float[3][], collected = new float[3][];
        for (int threads = 1; threads <= 3; threads++)
        {
            using var _ = new ThreadCount(threads);
            Matrix c = Matrix.Dense(m, n).Fill(3), ends = Matrix.Dense(1, m), streamed = Matrix.Dense(m, n);
            new Span<float>(ends.View.Origin, m).Clear();
            Multiply(path, a.View, b.View, c.View, default(NoEpilogue), accumulate: true);
            Stream(path, a.View, b.View, new Collect(streamed.View, ends.View.Origin));
            (products[threads - 1], collected[threads - 1]) = (c.Values(), streamed.Values());
        }
        foreach (int other in new[] { 1, 2 })
        {
            Assert.Equal(products[0].Select(BitConverter.SingleToInt32Bits), products[other].Select(BitConverter.SingleToInt32Bits));
            Assert.Equal(collected[0].Select(BitConverter.SingleToInt32Bits), collected[other].Select(BitConverter.SingleToInt32Bits));
        }
    }

    [Theory, MemberData(nameof(Paths))]
    public void Not_a_number_and_infinity_reach_their_rows_and_columns_and_no_others(string path)
    {
        const int m = 31, n = 45, k = 20;
        Matrix a = Matrix.Dense(m, k).Fill(1), b = Matrix.Dense(k, n).Fill(2), c = Matrix.Dense(m, n);
        a.View[30, 3] = float.NaN;
        b.View[5, 44] = float.PositiveInfinity;
        Multiply(path, a.View, b.View, c.View, default(NoEpilogue), accumulate: false);
        for (int i = 0; i < m; i++)
            for (int j = 0; j < n; j++)
            {
                if (i == 30) Assert.True(float.IsNaN(c.View[i, j]));
                else if (j == 44) Assert.True(float.IsInfinity(c.View[i, j]));
                else Assert.True(float.IsFinite(c.View[i, j]));
            }
    }

    [Theory, MemberData(nameof(Paths))]
    public void A_product_over_nothing_is_zero_and_still_meets_its_epilogue(string path)
    {
        Matrix a = Matrix.Dense(9, 0), b = Matrix.Dense(0, 40), c = Matrix.Dense(9, 40).Fill(3), bias = Matrix.Dense(1, 40).Fill(4);
        float[] before = c.Values();
        Multiply(path, a.View, b.View, c.View, default(NoEpilogue), accumulate: true);
        Assert.Equal(before, c.Values());
        Multiply(path, a.View, b.View, c.View, new AddBias(bias.View.Origin), accumulate: false);
        AssertProduct(a.View, b.View, c.View, (_, j) => bias.View[0, j]);
    }

    [Fact]
    public void The_public_products_agree_with_the_reference_and_with_each_other()
    {
        Matrix a = Matrix.Dense(70, 90).Fill(1), b = Matrix.Transposed(90, 110).Fill(2), c = Matrix.Dense(70, 110), serial = Matrix.Dense(70, 110);
        MatrixProduct.Multiply(a.View, b.View, c.View);
        MatrixProduct.MultiplySerial(a.View, b.View, serial.View);
        AssertProduct(a.View, b.View, c.View, (_, _) => 0);
        Assert.Equal(c.Values(), serial.Values());

        Matrix transposed = Matrix.Transposed(70, 110);
        MatrixProduct.Multiply(a.View, b.View, transposed.View);
        AssertProduct(a.View, b.View, transposed.View, (_, _) => 0);
    }

    [Theory, MemberData(nameof(Paths))]
    public void A_streamed_argmax_names_the_first_largest_column(string path)
    {
        // Row 0: a tie, and its second in another tile of columns. Row 1: plain. Row 2: not a number beats all.
        Matrix a = Matrix.Dense(3, 2), b = Matrix.Dense(2, 700);
        (a.View[0, 0], a.View[0, 1], a.View[1, 0], a.View[1, 1], a.View[2, 0], a.View[2, 1]) = (1, 0, 0, 1, float.NaN, 0);
        for (int j = 0; j < 700; j++) (b.View[0, j], b.View[1, j]) = (j % 650 == 17 ? 3 : 1, -Math.Abs(j - 600));
        float[] largest = new float[3];
        int[] columns = new int[3];
        fixed (float* values = largest)
        fixed (int* indices = columns)
            Stream(path, a.View, b.View, new RowArgmax(values, indices));
        Assert.Equal([3, 0, float.NaN], largest);
        Assert.Equal([17, 600, 0], columns);
    }

    [Fact]
    public void An_epilogue_may_multiply_too()
    {
        Matrix a = Matrix.Dense(30, 600).Fill(1), b = Matrix.Transposed(600, 50).Fill(2), w = Matrix.Dense(50, 20).Fill(5), sum = Matrix.Dense(30, 20);
        Matrix hidden = Matrix.Dense(30, 50), expected = Matrix.Dense(30, 20);
        MatrixProduct.Stream(a.View, b.View, new MultiplyOn(w.View, sum.View));
        MatrixProduct.Multiply(a.View, b.View, hidden.View);
        MatrixProduct.Multiply(hidden.View, w.View, expected.View);
        // The same products on the same blocks, so the same bits.
        Assert.Equal(expected.Values(), sum.Values());
    }

    [Fact]
    public void Nothing_is_allocated_once_the_scratch_is_there()
    {
        Matrix a = Matrix.Transposed(150, 160).Fill(1), b = Matrix.Transposed(160, 170).Fill(2), c = Matrix.Padded(150, 170).Fill(3), ends = Matrix.Dense(1, 150);
        Matrix all = Matrix.Dense(150, 170);
        var batch = new BatchView(c.View, 4, 0);
        void Products()
        {
            MatrixProduct.Multiply(a.View, b.View, c.View, accumulate: true);
            MatrixProduct.MultiplySerial(a.View, b.View, c.View);
            MatrixProduct.Stream(a.View, b.View, new Collect(all.View, ends.View.Origin, check: false));
            MatrixProduct.Batched(new(a.View, 1, 0), new(b.View, 1, 0), new(c.View, 1, 0));
        }
        using var _ = new ThreadCount(2);
        for (int i = 0; i < 3; i++) Products();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 10; i++) Products();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Shapes_that_do_not_fit_are_named()
    {
        Matrix a = Matrix.Dense(2, 3), b = Matrix.Dense(4, 5), fits = Matrix.Dense(3, 5), c = Matrix.Dense(5, 2);
        var inner = Assert.Throws<ArgumentException>(() => MatrixProduct.Multiply(a.View, b.View, c.View));
        Assert.Contains("A [2, 3]", inner.Message, StringComparison.Ordinal);
        Assert.Contains("B [4, 5]", inner.Message, StringComparison.Ordinal);
        var outer = Assert.Throws<ArgumentException>(() => MatrixProduct.Multiply(a.View, fits.View, c.View));
        Assert.Contains("C is [5, 2]", outer.Message, StringComparison.Ordinal);
    }

    private static IEnumerable<Matrix> Layouts(int rows, int columns)
    {
        yield return Matrix.Dense(rows, columns);
        yield return Matrix.Transposed(rows, columns);
        yield return Matrix.Sparse(rows, columns);
        yield return Matrix.Heads(rows, columns, 16);
        yield return Matrix.TransposedHeads(rows, columns, 7);
    }

    private static void AssertProduct(MatrixView a, MatrixView b, MatrixView c, Func<int, int, double> before)
    {
        for (int i = 0; i < c.Rows; i++)
            for (int j = 0; j < c.Columns; j++)
            {
                double sum = before(i, j), magnitude = Math.Abs(sum);
                for (int k = 0; k < a.Columns; k++)
                {
                    double term = (double)a[i, k] * b[k, j];
                    sum += term;
                    magnitude += Math.Abs(term);
                }
                // Rounding errors of a sum of k terms: at most (k + 2)·2⁻²⁴ of the terms' magnitude, in practice far less.
                double tolerance = 1e-7 * (Math.Sqrt(a.Columns) + 2) * magnitude;
                Assert.True(Math.Abs(sum - c[i, j]) <= tolerance, $"[{i}, {j}]: {c[i, j]} instead of {sum}");
            }
    }

    private static void Multiply<TEpilogue>(string path, MatrixView a, MatrixView b, MatrixView c, TEpilogue epilogue, bool accumulate)
        where TEpilogue : struct, IEpilogue => With(path, new MultiplyCall<TEpilogue>(a, b, c, epilogue, accumulate));

    private static void Stream<TEpilogue>(string path, MatrixView a, MatrixView b, TEpilogue consumer)
        where TEpilogue : struct, IEpilogue => With(path, new StreamCall<TEpilogue>(a, b, consumer));

    private static void With<TCall>(string path, TCall call)
        where TCall : struct, ISimdKernel
    {
        if (path == "scalar") call.Run<SimdScalar, float>();
        else SimdWidth.Run(ref call, int.Parse(path, System.Globalization.CultureInfo.InvariantCulture));
    }

    private readonly struct MultiplyCall<TEpilogue>(MatrixView a, MatrixView b, MatrixView c, TEpilogue epilogue, bool accumulate) : ISimdKernel
        where TEpilogue : struct, IEpilogue
    {
        public void Run<S, V>()
            where S : struct, ISimd<V>
            where V : struct => Product<S, V>.Multiply(a, b, c, epilogue, accumulate, serial: false);
    }

    private readonly struct StreamCall<TEpilogue>(MatrixView a, MatrixView b, TEpilogue consumer) : ISimdKernel
        where TEpilogue : struct, IEpilogue
    {
        public void Run<S, V>()
            where S : struct, ISimd<V>
            where V : struct => Product<S, V>.Stream(a, b, consumer);
    }

    private readonly struct BatchedCall(BatchView a, BatchView b, BatchView c, bool accumulate) : ISimdKernel
    {
        public void Run<S, V>()
            where S : struct, ISimd<V>
            where V : struct => Product<S, V>.Batched(a, b, c, accumulate);
    }

    private readonly struct AddBias(float* bias) : IEpilogue
    {
        public void Apply(in ProductTile tile)
        {
            for (int i = 0; i < tile.Rows; i++)
                for (int j = 0; j < tile.Columns; j++) tile[i][j] += bias[tile.Column + j];
        }
    }

    /// <summary>Copies tiles to C; ends[row] is the column after the row's last tile.</summary>
    private readonly struct Collect(MatrixView c, float* ends, bool check = true) : IEpilogue
    {
        public void Apply(in ProductTile tile)
        {
            for (int i = 0; i < tile.Rows; i++)
            {
                int row = tile.Row + i;
                if (check && ends[row] != tile.Column) throw new InvalidOperationException($"row {row}: {tile.Column} after {ends[row]}");
                ends[row] = tile.Column + tile.Columns;
                for (int j = 0; j < tile.Columns; j++) c[row, tile.Column + j] = tile[i][j];
            }
        }
    }

    /// <summary>sum = product · w, block by block.</summary>
    private readonly struct MultiplyOn(MatrixView w, MatrixView sum) : IEpilogue
    {
        public void Apply(in ProductTile tile) => MatrixProduct.MultiplySerial(
            tile.View, w.Slice(tile.Column, tile.Columns, 0, w.Columns), sum.Slice(tile.Row, tile.Rows, 0, sum.Columns), tile.Column > 0);
    }
}
