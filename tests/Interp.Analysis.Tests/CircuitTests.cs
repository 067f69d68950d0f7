using Interp.Analysis.Tests.Support;

namespace Interp.Analysis.Tests;

public class CircuitTests
{
    [Fact]
    public void A_copying_head_with_known_eigenvalues_is_read_off()
    {
        // W_E = W_U = 1, W_V W_O = diag(3, −1, 0.5, 0): eigenvalues are the diagonal, the score 2.5 / 4.5.
        TransformerConfig config = new() { Layers = 1, DModel = 4, Heads = 1, DHead = 4, Vocabulary = 4, Context = 4, Norm = NormKind.None };
        HookedTransformer model = new(config, ParameterShape.Of(config).ToDictionary(p => p.Name, p => Tensor.Zeros(p.Shape)));
        float[] diagonal = [3, -1, 0.5f, 0];
        for (int i = 0; i < 4; i++)
        {
            model.Parameters["embed.W_E"][i, i] = model.Parameters["unembed.W_U"][i, i] = model.Parameters["blocks.0.attn.W_V"][0, i, i] = 1;
            model.Parameters["blocks.0.attn.W_O"][0, i, i] = diagonal[i];
        }
        FactoredMatrix full = Circuit.FullOv(model, (0, 0));
        Assert.Equal([3, -1, 0.5, 0], full.Eigenvalues().Select(value => Math.Round(value.Real, 6)));
        Assert.Equal(2.5 / 4.5, full.EigenvalueScore(), 1e-6);
        Assert.Equal(2.5 / 4.5, Circuit.CopyingEigenvalueScores(model)[0, 0], 1e-6);
        Assert.Equal([3, 1, 0.5, 0], full.SingularValues().Select(value => Math.Round(value, 5)));
        Assert.Equal(2.5, full.Trace(), 1e-6);
        Assert.Equal(Math.Sqrt(10.25), full.Norm(), 1e-6);
    }

    [Fact]
    public void Keys_through_a_previous_token_head_tell_who_attends_after_whom()
    {
        HookedTransformer model = HandMade.Induction();
        // 1.0 looks for its own token in what 0.0 wrote, and not in the tokens themselves.
        Assert.Equal(1, FullCircuitStatistics.Of(Circuit.FullQk(model, (1, 0), keysThrough: (0, 0))).Top1Accuracy);
        Assert.Equal(0, Circuit.FullQk(model, (1, 0)).Norm(), 1e-5);
        Assert.Throws<ArgumentException>(() => Circuit.FullQk(model, (0, 0), keysThrough: (1, 0)));
    }

    [Fact]
    public void The_keys_through_an_earlier_head_are_the_product_of_its_matrices()
    {
        HookedTransformer model = new(new TransformerConfig { Layers = 2, DModel = 12, Heads = 2, DHead = 4, Vocabulary = 9, Context = 8 }, seed: 5);
        Tensor embedding = model.Parameters["embed.W_E"].Detach();
        Tensor written = Ops.MatMul(embedding, Circuit.Ov(model, (0, 1)).ToTensor());
        Tensor expected = Ops.MatMul(Ops.MatMul(embedding, Circuit.Qk(model, (1, 0)).ToTensor()), written, transposeB: true);
        // Entries are about 1e-3 with initial weights.
        Assert.True(Small.Difference(expected, Circuit.FullQk(model, (1, 0), keysThrough: (0, 1)).ToTensor()) < 1e-6);
    }

    [Fact]
    public void The_singular_value_decomposition_rebuilds_the_matrix()
    {
        Rng random = new(3);
        FactoredMatrix matrix = new(Tensor.Normal(random, 1, 9, 4), Tensor.Normal(random, 1, 4, 7));
        (double[] values, Tensor u, Tensor v) = matrix.Svd();
        Tensor scaled = u * Tensor.From([.. values.Select(value => (float)value)], 4);
        Assert.True(Small.Difference(matrix.ToTensor(), Ops.MatMul(scaled, v, transposeB: true)) < 1e-4);
        Assert.Equal(Math.Sqrt(values.Sum(value => value * value)), matrix.Norm(), 1e-5);
    }

    [Fact]
    public void Products_and_transposes_of_factored_matrices_are_those_of_the_matrices()
    {
        Rng random = new(3);
        FactoredMatrix a = new(Tensor.Normal(random, 1, 6, 2), Tensor.Normal(random, 1, 2, 5)), b = new(Tensor.Normal(random, 1, 5, 3), Tensor.Normal(random, 1, 3, 6));
        Assert.True(Small.Difference(a.Times(b).ToTensor(), Ops.MatMul(a.ToTensor(), b.ToTensor())) < 1e-4);
        Assert.True(Small.Difference(b.Times(a).ToTensor(), Ops.MatMul(b.ToTensor(), a.ToTensor())) < 1e-4);
        Assert.True(Small.Difference(a.Transposed.ToTensor(), Ops.Permute(a.ToTensor(), 1, 0)) < 1e-6);
    }

    [Fact]
    public void An_orthogonal_pair_does_not_compose_and_a_matched_pair_stands_out()
    {
        HookedTransformer model = HandMade.Induction();
        // 0.0 writes the predecessor block, which 1.0 reads with its keys and not with its queries or values.
        Assert.Equal(0, Composition.Scores(model, CompositionKind.Q)[0, 0, 1, 0]);
        Assert.Equal(0, Composition.Scores(model, CompositionKind.V)[0, 0, 1, 0]);
        // All 40 directions of both: ‖W_OV W_QKᵀ‖ = 40·√40 over 40^½ · 40·40^½.
        Assert.Equal(1 / Math.Sqrt(40), Composition.Scores(model, CompositionKind.K)[0, 0, 1, 0], 1e-5);
        Assert.True(Composition.ZScores(model, CompositionKind.K, samples: 5)[0, 0, 1, 0] > 10);
        Assert.InRange(Composition.ZScores(model, CompositionKind.Q, samples: 5)[0, 0, 1, 0], double.NegativeInfinity, -10);
    }

    [Fact]
    public void The_baseline_of_random_matrices_is_near_one_over_the_root_of_the_width()
    {
        // E‖AB‖² = ‖A‖²‖B‖²/d for randomly turned A and B.
        TransformerConfig config = Small.Config() with { DModel = 64, DHead = 16, Heads = 4 };
        Assert.Equal(1 / Math.Sqrt(64), Composition.Baseline(config), 0.01);
    }

    [Fact]
    public void The_QK_trace_of_the_hand_made_circuit_counts_its_tokens()
    {
        HookedTransformer model = HandMade.Induction();
        double[,] trace = QkTrace.Of(model, new double[,] { { 0.5 }, { 1 } });
        // Each of the 40 tokens matches itself one position later with the weight 40 of the hand-made queries, times p = 0.5.
        Assert.Equal(0, trace[0, 0]);
        Assert.Equal(0.5 * 40 * 40, trace[1, 0], 1e-3);
    }

    [Fact]
    public void The_QK_trace_equals_the_definition_multiplied_out()
    {
        HookedTransformer model = Small.Model();
        Rng random = new(1);
        double[,] p = new double[3, 3];
        for (int l = 0; l < 3; l++)
            for (int h = 0; h < 3; h++) p[l, h] = random.NextDouble();
        double[,] trace = QkTrace.Of(model, p);
        Tensor embedding = model.Parameters["embed.W_E"];
        foreach (HeadId head in HeadId.All(model.Config))
        {
            double expected = 0;
            foreach (HeadId earlier in HeadId.All(model.Config).Where(k => k.Layer < head.Layer))
            {
                Tensor queries = Ops.MatMul(embedding, Circuit.Qk(model, head).ToTensor()), keys = Ops.MatMul(embedding, Circuit.Ov(model, earlier).ToTensor());
                Tensor scores = Ops.MatMul(queries, keys, transposeB: true);
                for (int v = 0; v < model.Config.Vocabulary; v++) expected += p[earlier.Layer, earlier.Head] * scores[v, v];
            }
            Assert.Equal(expected, trace[head.Layer, head.Head], 1e-3);
        }
    }

    [Fact]
    public void Streamed_statistics_of_a_full_circuit_equal_those_of_the_matrix()
    {
        Rng random = new(6);
        FactoredMatrix circuit = new(Tensor.Normal(random, 1, 300, 5), Tensor.Normal(random, 1, 5, 300));
        Tensor full = circuit.ToTensor();
        int[] ranks = [.. Enumerable.Range(0, 300).Select(i => Enumerable.Range(0, 300).Count(j => j != i && full[i, j] > full[i, i]))];
        FullCircuitStatistics statistics = FullCircuitStatistics.Of(circuit);
        Assert.Equal(ranks.Average(), statistics.MeanDiagonalRank, 0.05);
        Assert.Equal(ranks.Count(rank => rank == 0) / 300.0, statistics.Top1Accuracy, 1e-9);
        Assert.Equal(full.Span.ToArray().Average(), statistics.MeanEntry, 1e-4);
        Assert.Equal(Enumerable.Range(0, 300).Average(i => full[i, i]), statistics.MeanDiagonal, 1e-4);
    }

    [Fact]
    public void A_copying_circuit_has_rank_zero_and_full_accuracy()
    {
        FullCircuitStatistics statistics = FullCircuitStatistics.Of(Circuit.FullOv(HandMade.Induction(), (1, 0)));
        Assert.Equal((0, 0, 1), (statistics.MeanDiagonalRank, statistics.MedianDiagonalRank, statistics.Top1Accuracy));
    }

    [Fact]
    public void Top_tokens_of_rows_and_columns_are_the_largest_entries()
    {
        Rng random = new(6);
        FactoredMatrix circuit = new(Tensor.Normal(random, 1, 40, 5), Tensor.Normal(random, 1, 5, 40));
        Tensor full = circuit.ToTensor();
        Assert.Equal(Enumerable.Range(0, 40).OrderByDescending(j => full[7, j]).Take(4), CircuitTokens.TopOfRow(circuit, 7, 4).Select(top => top.Token));
        Assert.Equal(Enumerable.Range(0, 40).OrderByDescending(i => full[i, 7]).Take(4), CircuitTokens.TopOfColumn(circuit, 7, 4).Select(top => top.Token));
        Assert.Throws<ArgumentOutOfRangeException>(() => CircuitTokens.TopOfRow(circuit, 40, 4));
    }

    [Fact]
    public void A_copying_heads_skip_trigrams_raise_their_source()
    {
        SkipTrigrams trigram = Assert.Single(SkipTrigrams.Of(HandMade.Induction(), (1, 0), [17], count: 1));
        Assert.Equal((17, 17), (trigram.Source, trigram.Outs.Single().Token));
    }

    [Fact]
    public void A_virtual_head_is_the_product_of_two()
    {
        HookedTransformer model = Small.Model();
        Tensor product = Ops.MatMul(Circuit.Ov(model, (0, 1)).ToTensor(), Circuit.Ov(model, (2, 0)).ToTensor());
        Assert.True(Small.Difference(product, Circuit.VirtualHead(model, (0, 1), (2, 0)).ToTensor()) < 1e-5);
        Assert.Throws<ArgumentException>(() => Circuit.VirtualHead(model, (1, 1), (1, 0)));
    }
}
