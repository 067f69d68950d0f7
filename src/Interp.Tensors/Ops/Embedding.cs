using System.Numerics.Tensors;

namespace Interp;

public static partial class Ops
{
    // Rows of the table for one thread at a time in the backward.
    private const int EmbeddingGrain = 64;

    /// <summary>Rows of <paramref name="weight"/> chosen by tokens.</summary>
    /// <param name="weight">[vocabulary, d_model]</param>
    /// <param name="tokens">[batch, position]</param>
    /// <returns>[batch, position, d_model]</returns>
    /// <exception cref="ArgumentException">The table has another number of axes.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A token id has no row.</exception>
    public static unsafe Tensor Embedding(Tensor weight, Tokens tokens)
    {
        ArgumentNullException.ThrowIfNull(weight);
        ArgumentNullException.ThrowIfNull(tokens);
        if (weight.Rank != 2) throw new ArgumentException($"Embedding needs a table [vocabulary, d_model]; got {TensorShape.Text(weight.Shape)}.", nameof(weight));
        (int vocabulary, int width) = (weight.Shape[0], weight.Shape[1]);
        for (int i = 0; i < tokens.Ids.Length; i++)
        {
            if ((uint)tokens.Ids[i] >= (uint)vocabulary)
                throw new ArgumentOutOfRangeException(nameof(tokens), tokens.Ids[i], $"The token at row {i / tokens.Positions}, position {i % tokens.Positions} has no row in a table of {vocabulary}.");
        }
        Tensor result = Tensor.Allocate([tokens.Batch, tokens.Positions, width]);
        fixed (float* table = weight.Span, rows = result.Span)
        fixed (int* ids = tokens.Ids)
            Parallelism.ForRange(tokens.Ids.Length, Math.Max(1, Elementwise.Grain / Math.Max(1, width)), new LookUp(table, ids, rows, width));
        return Autograd.Records(weight) ? result.Record(new EmbeddingNode(weight, tokens)) : result;
    }

    private readonly unsafe struct LookUp(float* table, int* ids, float* rows, int width) : IParallelRange
    {
        public void Invoke(int start, int end)
        {
            for (int i = start; i < end; i++)
                new ReadOnlySpan<float>(table + (nint)ids[i] * width, width).CopyTo(new Span<float>(rows + (nint)i * width, width));
        }
    }

    /// <summary>Adds the gradient's rows to the rows of the table, for the table's rows in a range: each in the order of the tokens, whatever the ranges.</summary>
    private readonly unsafe struct ScatterAdd(float* table, int* ids, int count, float* rows, int width) : IParallelRange
    {
        public void Invoke(int start, int end)
        {
            for (int i = 0; i < count; i++)
            {
                int id = ids[i];
                if (id < start || id >= end) continue;
                var row = new Span<float>(table + (nint)id * width, width);
                TensorPrimitives.Add(row, new ReadOnlySpan<float>(rows + (nint)i * width, width), row);
            }
        }
    }

    private sealed unsafe class EmbeddingNode(Tensor weight, Tokens tokens) : GradNode(weight)
    {
        protected override void Backward(Tensor gradient)
        {
            GradientTarget target = Target(0);
            (int vocabulary, int width) = (target.Destination.Shape[0], gradient.LastSize);
            fixed (float* table = target.Initialise(), rows = gradient.Span)
            fixed (int* ids = tokens.Ids)
            {
                // Every range reads all tokens, so few ranges: as many as give each some rows to add to, and at most eight.
                int grain = Math.Max(EmbeddingGrain, (vocabulary + 7) / 8);
                Parallelism.ForRange(vocabulary, grain, new ScatterAdd(table, ids, tokens.Ids.Length, rows, width));
            }
        }
    }
}
