namespace Interp.Tensors.Tests.Ops;

public class SmearKeysTests
{
    public static TheoryData<int, int, int, int> Shapes => new() { { 1, 1, 1, 1 }, { 2, 1, 3, 4 }, { 2, 6, 2, 5 }, { 3, 9, 4, 16 } };

    [Theory, MemberData(nameof(Shapes))]
    public void SmearKeys_and_its_gradients_match_double_arithmetic(int b, int p, int h, int e)
    {
        var random = new Rng(6);
        GradientCheck.Matches(x => Interp.Ops.SmearKeys(x[0], x[1]), Smeared, 1e-6, 3e-6, Tensor.Normal(random, 1, b, p, h, e), Tensor.Normal(random, 1, h));

        double[] Smeared(double[][] x)
        {
            double[] k = x[0], y = [.. k];
            for (int i = 0; i < y.Length; i++)
            {
                int j = i / (h * e) % p;
                double own = 1 / (1 + Math.Exp(-x[1][i / e % h]));
                if (j > 0) y[i] = (own * k[i]) + ((1 - own) * k[i - (h * e)]);
            }
            return y;
        }
    }

    [Fact]
    public void A_large_alpha_leaves_the_keys_and_a_small_one_takes_the_previous()
    {
        Tensor k = Tensor.From([1, 10, 2, 20, 3, 30], 1, 3, 2, 1);
        Assert.Equal([1f, 10, 2, 10, 3, 20], Interp.Ops.SmearKeys(k, Tensor.From([200, -200], 2)).Span.ToArray());
    }

    [Fact]
    public void Shapes_that_do_not_fit_are_named() =>
        Assert.Contains("[3]", Assert.Throws<ArgumentException>(() => Interp.Ops.SmearKeys(Tensor.Zeros(1, 2, 2, 4), Tensor.Zeros(3))).Message);
}
