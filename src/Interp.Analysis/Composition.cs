using MathNet.Numerics.LinearAlgebra;

namespace Interp;

/// <summary>Composition of heads: how much of what an earlier head writes a later one reads (Elhage et al. 2021).</summary>
/// <remarks>
/// score = ‖W_OV¹·R‖_F / (‖W_OV¹‖_F ‖R‖_F) in the row-vector convention, R = W_QK (Q), W_QKᵀ (K) or W_OV (V) of the later head; in [0, 1].
/// With W_OV¹ = V·O, R = L·T and roots AᵀA = VᵀV, BBᵀ = TTᵀ the numerator is ‖(A·O)(L·B)‖: one product of all heads of two layers.
/// </remarks>
public static class Composition
{
    /// <summary>The scores of all pairs [earlier layer, earlier head, later layer, later head]; 0 where the second is not in a later layer.</summary>
    public static double[,,,] Scores(IHookedModel model, CompositionKind kind)
    {
        using var noGrad = Autograd.NoGrad();
        Sides sides = new(model, kind);
        return Pairs(model.Config, (writer, reader) => Ratios(sides.Writers[writer], sides.Readers[reader], model.Config));
    }

    /// <summary>The mean score of random matrices of the heads' shape: what a score should be compared with. Gaussian factors, fixed by the seed.</summary>
    /// <param name="config">The heads' shape.</param>
    /// <param name="samples">The number of random pairs.</param>
    /// <param name="seed">The seed.</param>
    public static double Baseline(TransformerConfig config, int samples = 50, ulong seed = 0)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentOutOfRangeException.ThrowIfLessThan(samples, 1);
        using var noGrad = Autograd.NoGrad();
        Rng random = new(seed);
        double sum = 0;
        for (int i = 0; i < samples; i++)
        {
            FactoredMatrix writer = Random(), reader = Random();
            sum += writer.Times(reader).Norm() / (writer.Norm() * reader.Norm());
        }
        return sum / samples;

        FactoredMatrix Random() => new(Tensor.Normal(random, 1, config.DModel, config.DHead), Tensor.Normal(random, 1, config.DHead, config.DModel));
    }

    /// <summary>(score − mean) / deviation against random rotations between the two heads, for all pairs; 0 where the second is not in a later layer.</summary>
    /// <remarks>A rotation keeps both heads' spectra: what stands out is how their directions meet.</remarks>
    /// <param name="model">The model.</param>
    /// <param name="kind">The later head's input.</param>
    /// <param name="samples">The number of random rotations, 2 or more.</param>
    /// <param name="seed">The seed.</param>
    public static double[,,,] ZScores(IHookedModel model, CompositionKind kind, int samples = 30, ulong seed = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(samples, 2);
        using var noGrad = Autograd.NoGrad();
        Sides sides = new(model, kind);
        TransformerConfig config = model.Config;
        Rng random = new(seed);
        Tensor[] rotations = [.. Enumerable.Range(0, samples).Select(_ => Rotation(config.DModel, random))];
        return Pairs(config, (writer, reader) =>
        {
            double[,] score = Ratios(sides.Writers[writer], sides.Readers[reader], config), sum = new double[config.Heads, config.Heads], squares = new double[config.Heads, config.Heads];
            foreach (Tensor rotation in rotations)
            {
                using var scope = TensorScope.Begin();
                double[,] rotated = Ratios(Ops.MatMul(sides.Writers[writer], rotation), sides.Readers[reader], config);
                Each(config, (i, j) => (sum[i, j], squares[i, j]) = (sum[i, j] + rotated[i, j], squares[i, j] + (rotated[i, j] * rotated[i, j])));
            }
            Each(config, (i, j) =>
            {
                double mean = sum[i, j] / samples, variance = Math.Max(0, (squares[i, j] / samples) - (mean * mean)) * samples / (samples - 1);
                score[i, j] = variance == 0 ? 0 : (score[i, j] - mean) / Math.Sqrt(variance);
            });
            return score;
        });
    }

    private static double[,,,] Pairs(TransformerConfig config, Func<int, int, double[,]> ofLayers)
    {
        double[,,,] all = new double[config.Layers, config.Heads, config.Layers, config.Heads];
        for (int writer = 0; writer < config.Layers; writer++)
            for (int reader = writer + 1; reader < config.Layers; reader++)
            {
                double[,] scores = ofLayers(writer, reader);
                (int w, int r) = (writer, reader);
                Each(config, (i, j) => all[w, i, r, j] = scores[i, j]);
            }
        return all;
    }

    private static void Each(TransformerConfig config, Action<int, int> body)
    {
        for (int i = 0; i < config.Heads; i++)
            for (int j = 0; j < config.Heads; j++) body(i, j);
    }

    /// <summary>‖block (i, j) of writers·readers‖ / (‖writer i‖ ‖reader j‖): writers [head · d_head, d_model], readers [d_model, head · d_head].</summary>
    private static double[,] Ratios(Tensor writers, Tensor readers, TransformerConfig config)
    {
        using var scope = TensorScope.Begin();
        ReadOnlySpan<float> product = Ops.MatMul(writers, readers).Span, left = writers.Span, right = readers.Span;
        int e = config.DHead, columns = config.Heads * e;
        double[] leftNorms = new double[config.Heads], rightNorms = new double[config.Heads];
        for (int i = 0; i < left.Length; i++) leftNorms[i / (e * config.DModel)] += (double)left[i] * left[i];
        for (int i = 0; i < right.Length; i++) rightNorms[i % columns / e] += (double)right[i] * right[i];
        double[,] ratios = new double[config.Heads, config.Heads];
        for (int i = 0; i < product.Length; i++) ratios[i / columns / e, i % columns / e] += (double)product[i] * product[i];
        Each(config, (i, j) => ratios[i, j] = leftNorms[i] * rightNorms[j] == 0 ? 0 : Math.Sqrt(ratios[i, j] / (leftNorms[i] * rightNorms[j])));
        return ratios;
    }

    /// <summary>A random orthogonal matrix: Q of a Gaussian one, with the signs of R's diagonal.</summary>
    private static Tensor Rotation(int size, Rng random)
    {
        Matrix<double> gaussian = Matrix<double>.Build.Dense(size, size);
        for (int i = 0; i < size; i++)
            for (int j = 0; j < size; j++) gaussian[i, j] = random.NextNormal();
        var qr = gaussian.QR();
        Tensor rotation = Tensor.Empty(size, size);
        for (int i = 0; i < size; i++)
            for (int j = 0; j < size; j++) rotation[i, j] = (float)(qr.Q[i, j] * Math.Sign(qr.R[j, j]));
        return rotation;
    }

    /// <summary>What every layer's heads write, A·O [head · d_head, d_model], and read, L·B [d_model, head · d_head]: same norms and products as the full matrices.</summary>
    private sealed class Sides
    {
        public Sides(IHookedModel model, CompositionKind kind)
        {
            ArgumentNullException.ThrowIfNull(model);
            int heads = model.Config.Heads;
            for (int l = 0; l < model.Config.Layers; l++)
            {
                int layer = l;
                Writers.Add(Ops.Concat(0, [.. Enumerable.Range(0, heads).Select(h =>
                {
                    FactoredMatrix ov = Circuit.Ov(model, (layer, h));
                    return Ops.MatMul(SymmetricRoot.Of(SmallProducts.Gram(ov.Left)), ov.Right);
                })]));
                Readers.Add(Ops.Concat(1, [.. Enumerable.Range(0, heads).Select(h =>
                {
                    FactoredMatrix reads = Reads(model, (layer, h), kind);
                    return Ops.MatMul(reads.Left, SymmetricRoot.Of(SmallProducts.Gram(Ops.Permute(reads.Right, 1, 0))), transposeB: true);
                })]));
            }
        }

        public List<Tensor> Writers { get; } = [];

        public List<Tensor> Readers { get; } = [];

        private static FactoredMatrix Reads(IHookedModel model, HeadId head, CompositionKind kind) => kind switch
        {
            CompositionKind.Q => Circuit.Qk(model, head),
            CompositionKind.K => Circuit.Qk(model, head).Transposed,
            _ => Circuit.Ov(model, head),
        };
    }
}
