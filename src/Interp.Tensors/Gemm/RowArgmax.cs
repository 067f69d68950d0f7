using System.Numerics.Tensors;

namespace Interp.Gemm;

/// <summary>Finds each row's largest element in a streamed product: the most likely token of each position, without the logits.</summary>
/// <param name="largest">[m], written: the largest element; not a number where the row holds one.</param>
/// <param name="columns">[m], written: its column, the first of equals.</param>
/// <example><code>MatrixProduct.Stream(residual, unembedding, new RowArgmax(logits, tokens));</code></example>
public readonly unsafe struct RowArgmax(float* largest, int* columns) : IEpilogue
{
    /// <inheritdoc/>
    public void Apply(in ProductTile tile)
    {
        for (int i = 0; i < tile.Rows; i++)
        {
            int row = tile.Row + i, at = TensorPrimitives.IndexOfMax(tile[i]);
            float value = tile[i][at];
            if (tile.Column > 0 && !(value > largest[row]) && (!float.IsNaN(value) || float.IsNaN(largest[row]))) continue;
            largest[row] = value;
            columns[row] = tile.Column + at;
        }
    }
}
