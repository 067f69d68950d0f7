namespace Interp;

/// <summary>The shapes of what <see cref="IScoreRunner.Copying"/> takes, checked.</summary>
public readonly record struct CopyingShape
{
    /// <summary>Reads the shape off the arguments.</summary>
    /// <param name="patterns">[layer, head, token, token]</param>
    /// <param name="logits">The number of logits, layer · query · head · token.</param>
    /// <exception cref="ArgumentException">The two do not fit together.</exception>
    public CopyingShape(Tensor patterns, int logits)
    {
        ArgumentNullException.ThrowIfNull(patterns);
        if (patterns.Rank != 4 || patterns.Shape[2] != patterns.Shape[3])
            throw new ArgumentException($"Copying takes patterns [layer, head, token, token], not {Text(patterns)}.", nameof(patterns));
        (Layers, Heads, Tokens) = (patterns.Shape[0], patterns.Shape[1], patterns.Shape[2]);
        if (logits != patterns.Length)
            throw new ArgumentException($"Patterns {Text(patterns)} need {patterns.Length} logits, [layer, query, head, token], not {logits}.", nameof(logits));
    }

    /// <summary>The number of layers.</summary>
    public int Layers { get; }

    /// <summary>The number of heads in a layer.</summary>
    public int Heads { get; }

    /// <summary>The number of tokens: queries and keys.</summary>
    public int Tokens { get; }

    /// <summary>The number of heads in all layers.</summary>
    public int Patterns => Layers * Heads;

    /// <summary>From a head's logits at one query to those at the next.</summary>
    public int QueryStride => Heads * Tokens;

    /// <summary>Where the logits of a head begin that counts through the layers.</summary>
    public long FirstLogit(int head) => ((long)(head / Heads) * Tokens * QueryStride) + ((long)(head % Heads) * Tokens);

    private static string Text(Tensor tensor) => $"[{string.Join(", ", tensor.Shape.ToArray())}]";
}
