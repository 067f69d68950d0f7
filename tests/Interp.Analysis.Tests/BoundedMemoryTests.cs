namespace Interp.Analysis.Tests;

/// <summary>What is streamed is never stored. These tests run alone: they count the whole process's allocations.</summary>
[Collection(Alone)]
public class BoundedMemoryTests
{
    private const string Alone = "bounded memory";

    [Fact]
    public void A_circuit_over_fifty_thousand_tokens_takes_memory_for_its_rows_only()
    {
        // All entries would take 10 GB. Row i is (i, 1), column j (j, −j²/2): i·j − j²/2 is largest at j = i.
        const int vocabulary = 50257;
        Tensor left = Tensor.Empty(vocabulary, 2), right = Tensor.Empty(2, vocabulary);
        for (int i = 0; i < vocabulary; i++)
        {
            double x = (i - (vocabulary / 2)) / 1000.0;
            (left[i, 0], left[i, 1], right[0, i], right[1, i]) = ((float)x, 1, (float)x, (float)(-x * x / 2));
        }
        long before = GC.GetTotalAllocatedBytes(precise: true);
        FullCircuitStatistics statistics = FullCircuitStatistics.Of(new(left, right));
        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, 16 << 20);
        // Neighbours differ by 5e-7, less than float32 tells apart at 300: the diagonal is near the top, not always on it.
        Assert.InRange(statistics.MeanDiagonalRank, 0, 30);
    }

    [Fact]
    public void The_whole_vocabulary_is_streamed_never_stored()
    {
        // 144 heads × 25 tokens × 50,257 logits would take 724 MB.
        TransformerConfig config = new() { Layers = 12, DModel = 96, Heads = 12, DHead = 8, Vocabulary = 50257, Context = 25 };
        HookedTransformer model = new(config, 1);
        Tokens tokens = new TokenSampler(config, 1).WithoutBos(1, 25);
        long before = GC.GetTotalAllocatedBytes(precise: true);
        CopyingScores.Measure(model, tokens, CopyingTotal.Vocabulary);
        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, 64 << 20);
    }

    /// <summary>No other test allocates meanwhile.</summary>
    [CollectionDefinition(Alone, DisableParallelization = true)]
    public sealed class RunAlone;
}
