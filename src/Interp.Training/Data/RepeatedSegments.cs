namespace Interp.Data;

/// <summary>
/// Uniformly random tokens in which a segment repeats: each row is an unrelated start of random length (the offset), then one random segment
/// of random length (the period) over and over.
/// </summary>
/// <remarks>Offset and period vary from row to row: with a fixed distance, a one-layer model learns to look that far back and needs no induction head.</remarks>
public sealed record RepeatedSegments : DataRecipe
{
    /// <summary>The number of token ids; every one is equally likely.</summary>
    public int Vocabulary { get; init; } = 128;

    /// <summary>The shortest period, in tokens.</summary>
    public int MinPeriod { get; init; } = 12;

    /// <summary>The longest period, in tokens.</summary>
    public int MaxPeriod { get; init; } = 24;

    /// <summary>The longest offset, in tokens; the shortest is 0.</summary>
    public int MaxOffset { get; init; } = 12;

    /// <inheritdoc/>
    public override ITokenSource Open(ulong seed, int context, string? folder = null)
    {
        Require(Vocabulary >= 2, $"Repeated segments need a vocabulary of at least 2 tokens, not {Vocabulary}.");
        Require(MinPeriod >= 1 && MaxPeriod >= MinPeriod, $"The periods {MinPeriod} to {MaxPeriod} are no range of positive lengths.");
        Require(MaxOffset >= 0, $"The longest offset is at least 0, not {MaxOffset}.");
        Require(
            MaxOffset + MaxPeriod < context,
            $"Rows of {context} tokens are too short to repeat anything after an offset of {MaxOffset} and a segment of {MaxPeriod}.");
        return new Source(this, seed, context);
    }

    private sealed class Source(RepeatedSegments recipe, ulong seed, int context) : ITokenSource
    {
        public int Vocabulary => recipe.Vocabulary;

        public int Context => context;

        public void TrainingRow(long index, Span<int> row) => Fill(RandomUse.TrainingRows.Stream(seed, index), row);

        public void EvaluationRow(long index, Span<int> row) => Fill(RandomUse.EvaluationRows.Stream(seed, index), row);

        private void Fill(Rng random, Span<int> row)
        {
            int period = random.Next(recipe.MinPeriod, recipe.MaxPeriod + 1);
            int offset = random.Next(recipe.MaxOffset + 1);
            for (int i = 0; i < row.Length; i++)
                row[i] = i < offset + period ? random.Next(recipe.Vocabulary) : row[i - period];
        }
    }
}
