namespace Interp.Tensors.Tests;

/// <summary>Compares an operation with a reference in double: its values, and its gradients with central differences of the reference.</summary>
internal static class GradientCheck
{
    // The truncation error of a central difference is about Step²·f‴/6 ≈ 1e-9, its rounding error about 1e-16/Step ≈ 1e-12.
    private const double Step = 1e-4;

    // A random subset bounds the cost of large inputs.
    private const int MostElements = 30;

    /// <param name="operation">From the inputs to the result.</param>
    /// <param name="reference">The same in double, element by element in row-major order.</param>
    /// <param name="valueTolerance">Largest error of a value, relative to 1 + |value|.</param>
    /// <param name="gradientTolerance">Largest error of a gradient, relative to 1 + |gradient|.</param>
    /// <param name="inputs">Every one gets its gradient checked.</param>
    public static void Matches(
        Func<Tensor[], Tensor> operation, Func<double[][], double[]> reference, double valueTolerance, double gradientTolerance, params Tensor[] inputs)
    {
        foreach (Tensor input in inputs) input.RequiresGrad = true;
        double[][] exact = [.. inputs.Select(x => x.Span.ToArray().Select(v => (double)v).ToArray())];
        Tensor result = operation(inputs);
        double[] expected = reference(exact);
        Close(expected, result.Span, valueTolerance, "value");

        // The gradient of a random weighted sum of the result checks every path at once.
        var random = new Rng(12345);
        Tensor weights = Tensor.Normal(random, 1, result.Shape);
        result.Backward(weights);
        double[] w = [.. weights.Span.ToArray().Select(v => (double)v)];
        for (int n = 0; n < inputs.Length; n++)
        {
            Tensor gradient = inputs[n].Grad ?? throw new Xunit.Sdk.XunitException($"input {n} got no gradient");
            int length = inputs[n].Length;
            for (int c = 0; c < Math.Min(length, MostElements); c++)
            {
                int i = length <= MostElements ? c : random.Next(length);
                double saved = exact[n][i];
                exact[n][i] = saved + Step;
                double above = WeightedSum(reference(exact), w);
                exact[n][i] = saved - Step;
                double below = WeightedSum(reference(exact), w);
                exact[n][i] = saved;
                double difference = (above - below) / (2 * Step);
                Assert.True(
                    Math.Abs(gradient.Span[i] - difference) <= gradientTolerance * (1 + Math.Abs(difference)),
                    $"gradient of input {n} at {i}: {gradient.Span[i]}, central difference {difference}");
            }
        }
    }

    /// <summary>Every element is within <paramref name="tolerance"/>·(1 + |expected|).</summary>
    public static void Close(ReadOnlySpan<double> expected, ReadOnlySpan<float> actual, double tolerance, string what)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            bool close = expected[i] == actual[i] || Math.Abs(actual[i] - expected[i]) <= tolerance * (1 + Math.Abs(expected[i]));
            Assert.True(close, $"{what} at {i}: {actual[i]}, expected {expected[i]}");
        }
    }

    private static double WeightedSum(double[] values, double[] weights)
    {
        double sum = 0;
        for (int i = 0; i < values.Length; i++) sum += values[i] * weights[i];
        return sum;
    }
}
