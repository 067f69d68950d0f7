namespace Interp.Training.Tests;

public class AdamWTests
{
    private static readonly float[] s_rates = [1e-3f, 3e-3f, 2e-3f];

    private static readonly float[][] s_gradients =
    [
        [0.1f, -0.2f, 0.3f, -0.4f, 0.5f, -0.6f, 0.7f],
        [1.0f, 0.5f, -0.25f, 0.0f, -0.5f, 2.0f, -1.5f],
        [1e-3f, -1e-3f, 2e-3f, -3e-3f, 0.0f, 5.0f, -4.0f],
    ];

    private static readonly float[][] s_biasGradients = [[0.3f, -0.1f], [0.2f, 0.4f], [-0.7f, 0.0f]];

    // torch.optim.AdamW 1.13.1 on the values of Parameters() with weight decay 0.1 on W and 0 on b, β (0.9, 0.98), after the three steps above;
    // for the clipped case torch.nn.utils.clip_grad_norm_ to 1 before each.
    public static TheoryData<float, float[], float[], double> TorchResults => new()
    {
        {
            0, [0.495041877f, -1.0004046f, 1.99762046f, 0.253924668f, -0.750310004f, 2.99616838f, -1.99722946f],
            [0.0965303183f, -0.201536983f], 6.441274642944336
        },
        {
            1, [0.494729429f, -0.998817682f, 1.99607277f, 0.25391686f, -0.75200814f, 2.99739361f, -1.99894106f],
            [0.0957275033f, -0.200405031f], 6.441274642944336
        },
    };

    [Fact]
    public void The_first_step_moves_by_the_learning_rate_against_the_gradient()
    {
        // m/(1 − β₁) = g and v/(1 − β₂) = g² on the first step: the step is rate·sign(g), up to ε.
        var parameters = Parameters();
        Optimise(parameters, new AdamWOptions { WeightDecay = 0, ClipNorm = 0 }, steps: 1);
        Assert.Equal(0.5f - 1e-3f, parameters["W_x"].Span[0], 1e-6f);
        Assert.Equal(-1.0f + 1e-3f, parameters["W_x"].Span[1], 1e-6f);
    }

    [Fact]
    public void Only_matrices_decay()
    {
        Dictionary<string, Tensor> parameters = new()
        {
            ["blocks.0.attn.W_Q"] = Tensor.Full(2, 1, 2, 3),
            ["blocks.0.attn.b_Q"] = Tensor.Full(2, 1, 3),
            ["blocks.0.ln1.w"] = Tensor.Full(2, 3),
            ["embed.W_E"] = Tensor.Full(2, 3, 2),
        };
        foreach (Tensor p in parameters.Values) p.Grad = Tensor.Zeros(p.Shape);
        new AdamW(parameters, new AdamWOptions { WeightDecay = 0.1f }).Update(0.5f);
        Assert.All(parameters["blocks.0.attn.W_Q"].Span.ToArray(), x => Assert.Equal(2 * (1 - 0.05f), x, 1e-6f));
        Assert.All(parameters["embed.W_E"].Span.ToArray(), x => Assert.Equal(2 * (1 - 0.05f), x, 1e-6f));
        Assert.All(parameters["blocks.0.attn.b_Q"].Span.ToArray(), x => Assert.Equal(2, x));
        Assert.All(parameters["blocks.0.ln1.w"].Span.ToArray(), x => Assert.Equal(2, x));
    }

    [Theory]
    [MemberData(nameof(TorchResults))]
    public void Three_steps_agree_with_PyTorch(float clip, float[] matrix, float[] bias, double norm)
    {
        var parameters = Parameters();
        double last = Optimise(parameters, new AdamWOptions { WeightDecay = 0.1f, ClipNorm = clip }, steps: 3);

        // Both round to float32 after each operation, in slightly different orders: a few units in the last place of values up to 3.
        for (int i = 0; i < matrix.Length; i++) Assert.Equal(matrix[i], parameters["W_x"].Span[i], 1e-6f);
        for (int i = 0; i < bias.Length; i++) Assert.Equal(bias[i], parameters["b"].Span[i], 1e-6f);
        Assert.Equal(norm, last, 1e-6);
    }

    [Fact]
    public void Vector_lanes_and_the_scalar_tail_do_the_same()
    {
        // One value repeated 37 times crosses every vector width's boundary: all elements must stay equal, bit for bit.
        Tensor p = Tensor.Full(0.7f, 37);
        AdamW optimiser = new(new Dictionary<string, Tensor> { ["W_p"] = p });
        for (int step = 0; step < 5; step++)
        {
            p.Grad = Tensor.Full(0.3f - (0.2f * step), 37);
            optimiser.Update(0.01f);
        }
        Assert.All(p.Span.ToArray(), x => Assert.Equal(p.Span[0], x));
    }

    [Fact]
    public void An_update_clears_the_gradients_and_leaves_parameters_without_one_alone()
    {
        var parameters = Parameters();
        parameters["W_x"].Grad = Tensor.Full(1, 7);
        new AdamW(parameters).Update(0.01f);
        Assert.Null(parameters["W_x"].Grad);
        Assert.Equal([0.1f, -0.2f], parameters["b"].Span.ToArray());
    }

    [Fact]
    public void The_norm_is_of_all_gradients_together_at_any_size()
    {
        // 3·16,384 + 5 elements: several chunks and a tail. √(n·0.5²).
        int n = (3 * 16384) + 5;
        Tensor p = Tensor.Zeros(n);
        p.Grad = Tensor.Full(0.5f, n);
        Assert.Equal(0.5 * Math.Sqrt(n), new AdamW(new Dictionary<string, Tensor> { ["W_p"] = p }).Update(0), 1e-9);
    }

    [Fact]
    public void Large_models_get_the_same_bits_at_any_thread_count()
    {
        Assert.Equal(Run(1), Run(3));

        static float[] Run(int threads)
        {
            int before = Parallelism.Threads;
            Parallelism.Threads = threads;
            try
            {
                Tensor p = Tensor.Normal(new Rng(1), 1, 300, 301);
                AdamW optimiser = new(new Dictionary<string, Tensor> { ["W_p"] = p });
                for (ulong step = 0; step < 3; step++)
                {
                    p.Grad = Tensor.Normal(new Rng(2 + step), 1, 300, 301);
                    optimiser.Update(0.01f);
                }
                return p.Span.ToArray();
            }
            finally
            {
                Parallelism.Threads = before;
            }
        }
    }

    [Fact]
    public void A_gradient_that_is_not_finite_is_named_and_changes_nothing()
    {
        var parameters = Parameters();
        parameters["W_x"].Grad = Tensor.From([1, float.NaN, 0, 0, 0, 0, 0], 7);
        parameters["b"].Grad = Tensor.Full(1, 2);
        AdamW optimiser = new(parameters);
        Assert.Contains("W_x", Assert.Throws<ArithmeticException>(() => optimiser.Update(0.01f)).Message, StringComparison.Ordinal);
        Assert.Equal(0, optimiser.Step);
        Assert.Equal([0.1f, -0.2f], parameters["b"].Span.ToArray());
    }

    [Fact]
    public void Restored_state_goes_on_with_the_same_bits()
    {
        var through = Parameters();
        Optimise(through, new AdamWOptions(), steps: 3);

        var parameters = Parameters();
        AdamW first = new(parameters);
        Step(first, parameters, 0);
        AdamW second = new(parameters);
        second.Restore(first.Step, first.State());
        Step(second, parameters, 1);
        Step(second, parameters, 2);
        Assert.Equal(through["W_x"].Span.ToArray(), parameters["W_x"].Span.ToArray());
    }

    [Fact]
    public void State_of_another_shape_or_without_a_tensor_is_named()
    {
        AdamW optimiser = new(Parameters());
        Dictionary<string, Tensor> state = new(optimiser.State()) { ["adamw.square.W_x"] = Tensor.Zeros(8) };
        Assert.Contains("adamw.square.W_x", Assert.Throws<ArgumentException>(() => optimiser.Restore(1, state)).Message, StringComparison.Ordinal);
        state.Remove("adamw.square.W_x");
        Assert.Contains("lacks adamw.square.W_x [7]", Assert.Throws<ArgumentException>(() => optimiser.Restore(1, state)).Message, StringComparison.Ordinal);
    }

    private static Dictionary<string, Tensor> Parameters() => new()
    {
        ["W_x"] = Tensor.From([0.5f, -1.0f, 2.0f, 0.25f, -0.75f, 3.0f, -2.0f], 7),
        ["b"] = Tensor.From([0.1f, -0.2f], 2),
    };

    private static double Optimise(Dictionary<string, Tensor> parameters, AdamWOptions options, int steps)
    {
        AdamW optimiser = new(parameters, options);
        double norm = 0;
        for (int i = 0; i < steps; i++) norm = Step(optimiser, parameters, i);
        return norm;
    }

    private static double Step(AdamW optimiser, Dictionary<string, Tensor> parameters, int i)
    {
        parameters["W_x"].Grad = Tensor.From(s_gradients[i], 7);
        parameters["b"].Grad = Tensor.From(s_biasGradients[i], 2);
        return optimiser.Update(s_rates[i]);
    }
}
