namespace Interp.Tensors.Tests.Ops;

public class RotaryTests
{
    /// <summary>batch, positions, heads, width, rotated elements</summary>
    public static TheoryData<int, int, int, int, int> Shapes => new() { { 1, 1, 1, 2, 2 }, { 2, 3, 2, 16, 4 }, { 1, 7, 3, 64, 64 }, { 2, 5, 1, 39, 38 }, { 1, 2, 2, 5, 0 } };

    [Theory, MemberData(nameof(Shapes))]
    public void Halves_match_their_definition(int b, int p, int h, int e, int dims) => Check(b, p, h, e, dims, RotaryLayout.Halves);

    [Theory, MemberData(nameof(Shapes))]
    public void Adjacent_pairs_match_their_definition(int b, int p, int h, int e, int dims) => Check(b, p, h, e, dims, RotaryLayout.AdjacentPairs);

    [Fact]
    public void A_quarter_turn_moves_the_first_element_to_the_second()
    {
        Tensor x = Tensor.From([3, 4], 1, 1, 1, 2), cos = Tensor.From([0], 1, 1), sin = Tensor.From([1], 1, 1);
        Assert.Equal([-4f, 3f], Interp.Ops.Rotary(x, cos, sin, RotaryLayout.Halves).Span.ToArray());
    }

    [Fact]
    public void Shapes_that_do_not_fit_are_named()
    {
        Tensor x = Tensor.Zeros(1, 3, 2, 8), table = Tensor.Zeros(3, 5);
        Assert.Contains("[3, 5]", Assert.Throws<ArgumentException>(() => Interp.Ops.Rotary(x, table, table, RotaryLayout.Halves)).Message);
    }

    private static void Check(int b, int p, int h, int e, int dims, RotaryLayout layout)
    {
        var random = new Rng(4);
        double[] angles = [.. Enumerable.Range(0, p * dims / 2).Select(_ => 6 * random.NextDouble())];
        Tensor cos = Tensor.From([.. angles.Select(a => (float)Math.Cos(a))], p, dims / 2);
        Tensor sin = Tensor.From([.. angles.Select(a => (float)Math.Sin(a))], p, dims / 2);
        GradientCheck.Matches(x => Interp.Ops.Rotary(x[0], cos, sin, layout), x => Rotated(x[0]), 1e-6, 1e-6, Tensor.Normal(random, 1, b, p, h, e));

        double[] Rotated(double[] x)
        {
            double[] y = [.. x];
            for (int row = 0; row < b * p * h; row++)
            {
                for (int j = 0; j < dims / 2; j++)
                {
                    double angle = angles[(row / h % p * dims / 2) + j];
                    int first = (row * e) + (layout == RotaryLayout.Halves ? j : 2 * j), second = first + (layout == RotaryLayout.Halves ? dims / 2 : 1);
                    y[first] = (x[first] * Math.Cos(angle)) - (x[second] * Math.Sin(angle));
                    y[second] = (x[second] * Math.Cos(angle)) + (x[first] * Math.Sin(angle));
                }
            }
            return y;
        }
    }
}
