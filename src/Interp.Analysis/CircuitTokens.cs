using System.Numerics.Tensors;

namespace Interp;

/// <summary>A full circuit [vocabulary, vocabulary] read token by token; a row or a column is computed at a time.</summary>
/// <remarks><code>foreach (TokenScore top in CircuitTokens.TopOfRow(Circuit.FullOv(model, (1, 2)), token, 5)) …</code></remarks>
public static class CircuitTokens
{
    /// <summary>The largest entries of a row: for an OV circuit, what attending to <paramref name="token"/> raises most.</summary>
    /// <param name="circuit">[vocabulary, vocabulary]</param>
    /// <param name="token">The row.</param>
    /// <param name="count">How many, largest first; equal values by token.</param>
    public static IReadOnlyList<TokenScore> TopOfRow(FactoredMatrix circuit, int token, int count)
    {
        ArgumentNullException.ThrowIfNull(circuit);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)token, (uint)circuit.Rows, nameof(token));
        float[] row = new float[circuit.Columns];
        for (int r = 0; r < circuit.Inner; r++)
            TensorPrimitives.MultiplyAdd(circuit.Right.Span.Slice(r * circuit.Columns, circuit.Columns), circuit.Left[token, r], row, row);
        return Top(row, count);
    }

    /// <summary>The largest entries of a column: for a QK circuit, which queries attend to <paramref name="token"/> most.</summary>
    /// <inheritdoc cref="TopOfRow"/>
    public static IReadOnlyList<TokenScore> TopOfColumn(FactoredMatrix circuit, int token, int count)
    {
        ArgumentNullException.ThrowIfNull(circuit);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)token, (uint)circuit.Columns, nameof(token));
        float[] weights = new float[circuit.Inner], column = new float[circuit.Rows];
        for (int r = 0; r < weights.Length; r++) weights[r] = circuit.Right[r, token];
        for (int i = 0; i < column.Length; i++) column[i] = TensorPrimitives.Dot(circuit.Left.Span.Slice(i * circuit.Inner, circuit.Inner), weights);
        return Top(column, count);
    }

    private static TokenScore[] Top(float[] values, int count)
    {
        PriorityQueue<TokenScore, (float, int)> best = new();
        for (int token = 0; token < values.Length; token++)
        {
            best.Enqueue(new(token, values[token]), (values[token], -token));
            if (best.Count > count) best.Dequeue();
        }
        TokenScore[] top = new TokenScore[best.Count];
        for (int i = top.Length - 1; i >= 0; i--) top[i] = best.Dequeue();
        return top;
    }
}
