namespace Interp.Tensors.Tests.Ops;

public class ShapeOperationTests
{
    // Copies are exact; sums of up to 1,000 terms of size 1 in float32 are within 1000^½ · 2⁻²⁴ ≈ 2e-6 of their size.
    private const double Exact = 1e-12;
    // The rounding of the central difference itself, at steps of 1e-4.
    private const double ExactGradient = 1e-8;
    private const double SumTolerance = 5e-6;

    /// <summary>Shape and axis.</summary>
    public static TheoryData<int[], int> Axes => new()
    {
        { [7], 0 },
        { [3, 5], 0 },
        { [3, 5], 1 },
        { [3, 5], -1 },
        { [2, 3, 4], 1 },
        { [2, 1, 4], 1 },
        { [500, 6], 0 },
        { [2, 300, 3], 1 },
        { [2, 3, 4, 5], -2 },
    };

    [Theory, MemberData(nameof(Axes))]
    public void Sum_and_Mean_over_an_axis_and_their_gradients_match_double_arithmetic(int[] shape, int axis)
    {
        Tensor x = Tensor.Normal(new Rng(3), 1, shape);
        int positive = axis < 0 ? axis + shape.Length : axis;
        Assert.Equal(shape.Where((_, i) => i != positive), Interp.Ops.Sum(x, axis).Shape.ToArray());
        Assert.Equal(shape.Select((n, i) => i == positive ? 1 : n), Interp.Ops.Mean(x, axis, keepAxis: true).Shape.ToArray());
        GradientCheck.Matches(t => Interp.Ops.Sum(t[0], axis), t => SumOver(t[0], shape, positive, 1), SumTolerance, ExactGradient, x);
        x.ZeroGrad();
        // 1/n in float32.
        GradientCheck.Matches(
            t => Interp.Ops.Mean(t[0], axis, keepAxis: true), t => SumOver(t[0], shape, positive, 1.0 / shape[positive]), SumTolerance, 1e-7, x);
    }

    [Fact]
    public void Sum_and_Mean_of_everything_and_their_gradients_match_double_arithmetic()
    {
        Tensor x = Tensor.Normal(new Rng(3), 1, 3, 7000);
        GradientCheck.Matches(t => Interp.Ops.Sum(t[0]), t => [t[0].Sum()], 1e-5, ExactGradient, x);
        x.ZeroGrad();
        GradientCheck.Matches(t => Interp.Ops.Mean(t[0]), t => [t[0].Average()], 1e-6, 1e-7, x);
    }

    [Theory]
    [InlineData(new[] { 4, 5 }, new[] { 1, 0 })]
    [InlineData(new[] { 2, 3, 4 }, new[] { 0, 1, 2 })]
    [InlineData(new[] { 2, 3, 4 }, new[] { 2, 0, 1 })]
    [InlineData(new[] { 2, 3, 4 }, new[] { -2, 0, -1 })]
    [InlineData(new[] { 2, 3, 4, 5 }, new[] { 0, 2, 1, 3 })]
    [InlineData(new[] { 2, 3, 4, 5 }, new[] { 3, 1, 2, 0 })]
    public void Permute_moves_every_element_and_its_gradient_moves_back(int[] shape, int[] axes)
    {
        Tensor x = Tensor.Normal(new Rng(4), 1, shape);
        int[] order = [.. axes.Select(a => a < 0 ? a + shape.Length : a)];
        GradientCheck.Matches(t => Interp.Ops.Permute(t[0], axes), t => Permuted(t[0], shape, order), Exact, ExactGradient, x);
        Assert.Equal(order.Select(a => shape[a]), Interp.Ops.Permute(x, axes).Shape.ToArray());
    }

    [Fact]
    public void Permute_wants_every_axis_once() =>
        Assert.Throws<ArgumentException>(() => Interp.Ops.Permute(Tensor.Zeros(2, 3), 0, 0));

    [Theory]
    [InlineData(0, 1, 2)]
    [InlineData(1, 0, 2)]
    [InlineData(1, -2, 2)]
    [InlineData(2, 3, 1)]
    [InlineData(-1, 0, 4)]
    public void Slice_takes_a_range_of_an_axis_and_its_gradient_is_zero_elsewhere(int axis, int start, int length)
    {
        int[] shape = [3, 3, 4];
        int positive = axis < 0 ? axis + 3 : axis, first = start < 0 ? start + shape[positive] : start;
        Tensor x = Tensor.Normal(new Rng(4), 1, shape);
        GradientCheck.Matches(
            t => Interp.Ops.Slice(t[0], axis, start, length),
            t => [.. t[0].Where((_, i) => IndexAlong(i, shape, positive) is int at && at >= first && at < first + length)],
            Exact, ExactGradient, x);
    }

    [Fact]
    public void A_slice_of_the_first_axis_shares_memory_and_others_do_not()
    {
        Tensor x = Tensor.Zeros(4, 4);
        Tensor rows = Interp.Ops.Slice(x, 0, 1, 2), columns = Interp.Ops.Slice(x, 1, 1, 2);
        x[1, 1] = 5;
        Assert.Equal(5, rows[0, 1]);
        Assert.Equal(0, columns[1, 0]);
    }

    [Fact]
    public void A_slice_outside_the_axis_is_refused() =>
        Assert.Contains("[4, 4]", Assert.Throws<ArgumentOutOfRangeException>(() => Interp.Ops.Slice(Tensor.Zeros(4, 4), 1, 3, 2)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(-1)]
    public void Concat_joins_and_its_gradient_splits(int axis)
    {
        int[] sizes = [1, 3, 2];
        var random = new Rng(9);
        int positive = axis < 0 ? axis + 3 : axis;
        int[][] shapes = [.. sizes.Select(n => (int[])[.. ((int[])[2, 3, 4]).Select((s, i) => i == positive ? n : s)])];
        Tensor[] parts = [.. shapes.Select(s => Tensor.Normal(random, 1, s))];
        GradientCheck.Matches(t => Interp.Ops.Concat(axis, t), t => Joined(t, shapes, positive), Exact, ExactGradient, parts);
    }

    [Fact]
    public void Concat_names_the_part_that_does_not_fit() =>
        Assert.Contains("[2, 4]", Assert.Throws<ArgumentException>(() => Interp.Ops.Concat(0, Tensor.Zeros(2, 3), Tensor.Zeros(2, 4))).Message, StringComparison.Ordinal);

    [Fact]
    public void Gather_picks_one_element_a_row_and_its_gradient_goes_back_there()
    {
        Tensor x = Tensor.Normal(new Rng(4), 1, 2, 3, 5);
        int[] indices = [0, 4, 2, 2, 1, 3];
        GradientCheck.Matches(
            t => Interp.Ops.Gather(t[0], indices), t => [.. indices.Select((index, r) => t[0][(r * 5) + index])], Exact, ExactGradient, x);
        Assert.Throws<ArgumentOutOfRangeException>(() => Interp.Ops.Gather(x, [0, 0, 0, 0, 0, 5]));
        Assert.Throws<ArgumentException>(() => Interp.Ops.Gather(x, [0]));
    }

    private static int IndexAlong(int flat, int[] shape, int axis)
    {
        int inner = shape[(axis + 1)..].Aggregate(1, (a, b) => a * b);
        return flat / inner % shape[axis];
    }

    private static double[] SumOver(double[] x, int[] shape, int axis, double factor)
    {
        int inner = shape[(axis + 1)..].Aggregate(1, (a, b) => a * b);
        var sum = new double[x.Length / shape[axis]];
        for (int i = 0; i < x.Length; i++) sum[(i / (inner * shape[axis]) * inner) + (i % inner)] += factor * x[i];
        return sum;
    }

    private static double[] Permuted(double[] x, int[] shape, int[] order)
    {
        var y = new double[x.Length];
        for (int i = 0; i < x.Length; i++)
        {
            int to = 0;
            foreach (int axis in order) to = (to * shape[axis]) + IndexAlong(i, shape, axis);
            y[to] = x[i];
        }
        return y;
    }

    private static double[] Joined(double[][] parts, int[][] shapes, int axis)
    {
        int outer = shapes[0][..axis].Aggregate(1, (a, b) => a * b);
        return [.. Enumerable.Range(0, outer).SelectMany(o => parts.SelectMany(p => p.Skip(o * (p.Length / outer)).Take(p.Length / outer)))];
    }
}
