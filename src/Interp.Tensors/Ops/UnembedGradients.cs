using Interp.Gemm;
using Interp.RowKernels;
using Interp.Simd;

namespace Interp;

/// <summary>The gradients of a cross-entropy of x·W + b, formed chunk of rows by chunk, so that no [rows, V] matrix is stored.</summary>
/// <remarks>With P = g∘(softmax − onehot) of a chunk: dx = P·Wᵀ; dW += xᵀ·P (its transpose where W is stored so); db += Σ_rows P. Chunks depend on the shapes alone, so the sums have the same bits at any thread count.</remarks>
internal sealed class UnembedGradients(Tensor x, Tensor weight, Tensor? bias, bool transposed, bool wantsX, bool wantsWeight, bool wantsBias)
{
    // A chunk's logits stay in the last-level cache, and its rows are enough to pay for reading W and dW once.
    private const int ChunkElements = 1 << 20;
    private const int FewestRows = 128;
    private const int MostRows = 2048;

    /// <summary>[..., d], or null if not wanted.</summary>
    public Tensor? X { get; } = wantsX ? Tensor.Allocate(x.ShapeArray) : null;

    /// <summary>Of the weight's shape, or null if not wanted.</summary>
    public Tensor? Weight { get; } = wantsWeight ? Tensor.Allocate(weight.ShapeArray) : null;

    /// <summary>[V], or null if not wanted.</summary>
    public Tensor? Bias { get; } = wantsBias ? Tensor.Allocate(bias!.ShapeArray) : null;

    /// <summary>Fills the gradients for the upstream gradients of the rows; with <paramref name="losses"/> also those and the statistics, which are read otherwise.</summary>
    public unsafe void Run(ReadOnlySpan<int> targets, Tensor? losses, Tensor statistics, Tensor upstream)
    {
        (int rows, int d) = (targets.Length, x.Shape[^1]);
        int vocabulary = transposed ? weight.Shape[0] : weight.Shape[1];
        int chunkRows = Math.Min(rows, Math.Clamp(ChunkElements / vocabulary, FewestRows, MostRows));
        Tensor chunk = Tensor.Empty(chunkRows, vocabulary);
        fixed (float* px = x.Span, pw = weight.Span, pb = SpanOrNull(bias), pc = chunk.Span, ps = statistics.Span, pu = upstream.Span, pl = SpanOrNull(losses))
        fixed (float* pdx = SpanOrNull(X), pdw = SpanOrNull(Weight), pdb = SpanOrNull(Bias))
        fixed (int* pt = targets)
        {
            var stored = new MatrixView(pw, weight.Shape[0], weight.Shape[1]);
            MatrixView w = transposed ? stored.Transposed : stored, dw = new(pdw, weight.Shape[0], weight.Shape[1]);
            for (int first = 0; first < rows; first += chunkRows)
            {
                int count = Math.Min(chunkRows, rows - first);
                var input = new MatrixView(px + ((nint)first * d), count, d);
                var p = new MatrixView(pc, count, vocabulary);
                MatrixProduct.Multiply(input, w, p);
                var softmax = new CrossEntropyRows
                {
                    Logits = pc,
                    Bias = pb,
                    Targets = pt + first,
                    Rows = count,
                    Columns = vocabulary,
                    Losses = pl == null ? null : pl + first,
                    Statistics = ps + (2 * first),
                    Upstream = pu + first,
                    Gradient = pc,
                };
                SimdWidth.Run(ref softmax);
                if (X is not null) MatrixProduct.Multiply(p, w.Transposed, new MatrixView(pdx + ((nint)first * d), count, d));
                if (Weight is not null)
                {
                    if (transposed) MatrixProduct.Multiply(p.Transposed, input, dw, accumulate: first > 0);
                    else MatrixProduct.Multiply(input.Transposed, p, dw, accumulate: first > 0);
                }
                if (Bias is not null) AddRows(pc, count, vocabulary, pdb, overwrite: first == 0);
            }
        }
        chunk.Storage.Return();
    }

    private static unsafe void AddRows(float* matrix, int rows, int columns, float* sums, bool overwrite)
    {
        var target = new Span<float>(sums, columns);
        if (overwrite) target.Clear();
        for (int r = 0; r < rows; r++)
            System.Numerics.Tensors.TensorPrimitives.Add(target, new ReadOnlySpan<float>(matrix + ((nint)r * columns), columns), target);
    }

    private static Span<float> SpanOrNull(Tensor? tensor) => tensor is null ? default : tensor.Span;
}
