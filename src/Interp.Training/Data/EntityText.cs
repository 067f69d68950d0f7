namespace Interp.Data;

/// <summary>
/// A text-like language: Markov text, in which each token has a few successors with Zipf weights, interrupted by the document's <em>entities</em>,
/// sequences of random tokens that recur, like names.
/// </summary>
/// <remarks>
/// The Markov part is the same in every document, so a model learns it once, as n-gram statistics. Entities are new in each document: their
/// tokens are unpredictable (log <see cref="Vocabulary"/> nats) the first time and, to a model that learns in context, free afterwards. A row is
/// one document from its start: outside an entity, one of the document's entities begins with probability <see cref="EntityProbability"/>;
/// otherwise the next token is a successor of the token before (after an entity, of the entity's last token).
/// </remarks>
public sealed record EntityText : DataRecipe
{
    /// <summary>A document's entities are kept on the stack while a row is written.</summary>
    private const int MaxEntityTokens = 16384;

    /// <summary>The number of token ids.</summary>
    public int Vocabulary { get; init; } = 128;

    /// <summary>The number of tokens that may follow a token in Markov text; the r-th has weight 1/r.</summary>
    public int Successors { get; init; } = 8;

    /// <summary>The number of entities of a document.</summary>
    public int Entities { get; init; } = 3;

    /// <summary>The fewest tokens of an entity.</summary>
    public int MinEntityLength { get; init; } = 8;

    /// <summary>The most tokens of an entity.</summary>
    public int MaxEntityLength { get; init; } = 16;

    /// <summary>The probability that an entity begins, at each position outside one.</summary>
    public double EntityProbability { get; init; } = 0.2;

    /// <inheritdoc/>
    public override ITokenSource Open(ulong seed, int context, string? folder = null)
    {
        Require(Vocabulary >= 2, $"The language needs a vocabulary of at least 2 tokens, not {Vocabulary}.");
        Require(Successors >= 1 && Successors <= Vocabulary, $"A token of {Vocabulary} cannot have {Successors} different successors.");
        Require(Entities >= 1, $"A document needs at least 1 entity, not {Entities}.");
        Require(
            MinEntityLength >= 1 && MaxEntityLength >= MinEntityLength,
            $"The entity lengths {MinEntityLength} to {MaxEntityLength} are no range of positive lengths.");
        Require(
            (long)Entities * MaxEntityLength <= MaxEntityTokens,
            $"{Entities} entities of up to {MaxEntityLength} tokens are more than the {MaxEntityTokens} tokens a document's entities may have.");
        Require(EntityProbability is >= 0 and <= 1, $"The probability of an entity lies in [0, 1]; it is {EntityProbability}.");
        Require(context >= 2, $"A row needs at least 2 tokens, not {context}.");
        return new Source(this, seed, context);
    }

    private sealed class Source : ITokenSource
    {
        private readonly EntityText _recipe;
        private readonly ulong _seed;

        /// <summary>[Vocabulary, Successors]: the tokens that may follow, the likeliest first.</summary>
        private readonly int[] _successors;

        /// <summary>[Successors]: the probability of one of the first r + 1 successors.</summary>
        private readonly double[] _cumulative;

        public Source(EntityText recipe, ulong seed, int context)
        {
            (_recipe, _seed, Context) = (recipe, seed, context);
            _successors = new int[recipe.Vocabulary * recipe.Successors];
            _cumulative = new double[recipe.Successors];

            Rng random = RandomUse.Language.Stream(seed);
            int[] tokens = [.. Enumerable.Range(0, recipe.Vocabulary)];
            for (int token = 0; token < recipe.Vocabulary; token++)
            {
                random.Shuffle<int>(tokens);
                tokens.AsSpan(0, recipe.Successors).CopyTo(_successors.AsSpan(token * recipe.Successors));
            }

            double total = 0;
            for (int r = 0; r < recipe.Successors; r++) _cumulative[r] = total += 1.0 / (r + 1);
            for (int r = 0; r < recipe.Successors; r++) _cumulative[r] /= total;
        }

        public int Vocabulary => _recipe.Vocabulary;

        public int Context { get; }

        public void TrainingRow(long index, Span<int> row) => Fill(RandomUse.TrainingRows.Stream(_seed, index), row);

        public void EvaluationRow(long index, Span<int> row) => Fill(RandomUse.EvaluationRows.Stream(_seed, index), row);

        private void Fill(Rng random, Span<int> row)
        {
            int stride = _recipe.MaxEntityLength;
            Span<int> entities = stackalloc int[_recipe.Entities * stride];
            Span<int> lengths = stackalloc int[_recipe.Entities];
            for (int e = 0; e < lengths.Length; e++)
            {
                lengths[e] = random.Next(_recipe.MinEntityLength, _recipe.MaxEntityLength + 1);
                foreach (ref int token in entities.Slice(e * stride, lengths[e])) token = random.Next(Vocabulary);
            }

            int last = random.Next(Vocabulary);
            for (int i = 0; i < row.Length;)
            {
                if (random.NextDouble() < _recipe.EntityProbability)
                {
                    int e = random.Next(_recipe.Entities);
                    int length = Math.Min(lengths[e], row.Length - i);
                    entities.Slice(e * stride, length).CopyTo(row[i..]);
                    last = row[(i += length) - 1];
                }
                else
                {
                    row[i++] = last = Successor(last, random.NextDouble());
                }
            }
        }

        private int Successor(int token, double u)
        {
            int r = 0;
            while (r < _cumulative.Length - 1 && u >= _cumulative[r]) r++;
            return _successors[(token * _cumulative.Length) + r];
        }
    }
}
