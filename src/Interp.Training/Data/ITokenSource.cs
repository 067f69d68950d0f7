using Interp.Tokenizers;

namespace Interp.Data;

/// <summary>Rows of token ids to train and evaluate on.</summary>
/// <remarks>
/// Every row is a pure function of the source's recipe, its seed and the row's index, so a resumed run needs no replay: it asks for the
/// rows of the step it stands at. Training and evaluation rows come from separate random streams (and, for a corpus, separate text).
/// </remarks>
public interface ITokenSource
{
    /// <summary>The number of token ids.</summary>
    int Vocabulary { get; }

    /// <summary>The number of positions in a row.</summary>
    int Context { get; }

    /// <summary>What the ids mean as text; null for synthetic tokens.</summary>
    ITokenizer? Tokenizer => null;

    /// <summary>Writes training row <paramref name="index"/> to <paramref name="row"/> [<see cref="Context"/>].</summary>
    void TrainingRow(long index, Span<int> row);

    /// <summary>Writes evaluation row <paramref name="index"/> to <paramref name="row"/> [<see cref="Context"/>].</summary>
    void EvaluationRow(long index, Span<int> row);

    /// <summary>Fills <paramref name="ids"/> [rows, <see cref="Context"/>] with training batch <paramref name="step"/>: rows step·rows, step·rows + 1, ….</summary>
    void FillBatch(long step, Span<int> ids)
    {
        int rows = Rows(ids.Length);
        for (int b = 0; b < rows; b++)
            TrainingRow((step * rows) + b, ids.Slice(b * Context, Context));
    }

    /// <summary>Training batch <paramref name="step"/> of <paramref name="rows"/> rows.</summary>
    Tokens Batch(long step, int rows)
    {
        var ids = new int[rows * Context];
        FillBatch(step, ids);
        return new Tokens(ids, rows, Context);
    }

    /// <summary>The first <paramref name="rows"/> evaluation rows: the same ones on every call.</summary>
    Tokens Evaluation(int rows)
    {
        var ids = new int[rows * Context];
        for (int b = 0; b < rows; b++)
            EvaluationRow(b, ids.AsSpan(b * Context, Context));
        return new Tokens(ids, rows, Context);
    }

    private int Rows(int length) => length % Context == 0
        ? length / Context
        : throw new ArgumentException($"A batch of rows of {Context} tokens cannot have {length} tokens.", nameof(length));
}
