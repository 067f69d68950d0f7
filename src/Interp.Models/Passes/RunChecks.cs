namespace Interp.Passes;

/// <summary>What every implementation of <see cref="IHookedModel"/> asks of what it is given.</summary>
internal static class RunChecks
{
    /// <summary>Throws for a token outside the vocabulary.</summary>
    public static void Tokens(TransformerConfig config, Tokens tokens)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        for (int i = 0; i < tokens.Ids.Length; i++)
        {
            if ((uint)tokens.Ids[i] >= (uint)config.Vocabulary)
                throw new ArgumentException($"Token {tokens.Ids[i]} at [{i / tokens.Positions}, {i % tokens.Positions}] is outside the vocabulary of {config.Vocabulary}.", nameof(tokens));
        }
    }

    /// <summary>Throws for more positions than the context has.</summary>
    public static void Positions(TransformerConfig config, int positions)
    {
        if (positions > config.Context) throw new ArgumentException($"The run needs {positions} positions; this model's context has {config.Context}.");
    }

    /// <summary>Throws for what is no residual stream.</summary>
    public static void Residual(TransformerConfig config, Tensor residual)
    {
        ArgumentNullException.ThrowIfNull(residual);
        if (residual.Rank != 3 || residual.Shape[2] != config.DModel)
            throw new ArgumentException($"The residual stream is [batch, position, {config.DModel}], not [{string.Join(", ", residual.Shape.ToArray())}].", nameof(residual));
    }

    /// <summary>Throws for blocks that the model lacks, and for a middle that they lack.</summary>
    public static void Blocks(TransformerConfig config, int start, int stop, bool fromMid)
    {
        if (start < 0 || stop > config.Layers || start > stop)
            throw new ArgumentOutOfRangeException(nameof(start), $"Blocks {start} ≤ l < {stop} do not lie within the {config.Layers} of this model.");
        if (fromMid && (config.ParallelBlocks || start == stop))
            throw new ArgumentException($"There is no middle to start from: {(start == stop ? "no block was chosen" : "the blocks are parallel")}.", nameof(fromMid));
    }

    /// <summary>Each position's next token, row-major; −1, which has no loss, at the last.</summary>
    public static int[] NextTokens(Tokens tokens)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        if (tokens.Positions < 2) throw new ArgumentException("A loss needs at least two positions: the first predicts the second.", nameof(tokens));
        int[] next = new int[tokens.Ids.Length];
        for (int i = 0; i < next.Length; i++) next[i] = i % tokens.Positions == tokens.Positions - 1 ? -1 : tokens.Ids[i + 1];
        return next;
    }
}
