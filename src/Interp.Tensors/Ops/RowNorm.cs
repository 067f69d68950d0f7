using Interp.Simd;

namespace Interp;

/// <summary>Layer norm and root-mean-square norm of rows: n = (x − m)/s, y = n·w + b, where m is the mean, or 0 for the latter.</summary>
internal static unsafe class RowNorm
{
    public static Tensor Forward(string operation, bool centred, Tensor x, Tensor? weight, Tensor? bias, float eps, out Tensor scale)
    {
        ArgumentNullException.ThrowIfNull(x);
        if (x.Rank == 0) throw new ArgumentException($"{operation} needs x [..., d]; got a scalar.", nameof(x));
        int width = x.LastSize;
        if ((weight is not null && weight.Length != width) || (bias is not null && bias.Length != width))
        {
            throw new ArgumentException(
                $"{operation} of x {TensorShape.Text(x.Shape)} needs gain and bias [{width}]; got {(weight is null ? "none" : TensorShape.Text(weight.Shape))} and {(bias is null ? "none" : TensorShape.Text(bias.Shape))}.");
        }
        int rows = x.Length / Math.Max(1, width);
        Tensor y = Tensor.Allocate(x.ShapeArray);
        scale = Tensor.Allocate([.. x.Shape[..^1], 1]);
        bool records = Autograd.Records(x, weight, bias);
        Tensor? mean = records && centred ? Tensor.Allocate(scale.ShapeArray) : null;
        fixed (float* px = x.Span, py = y.Span, ps = scale.Span)
        fixed (float* pw = SpanOf(weight), pb = SpanOf(bias), pm = SpanOf(mean))
            Parallelism.ForRange(rows, Grain(width), new ForwardRange(new Rows(px, width, pw, pm, ps, centred), py, pb, eps));
        return records ? y.Record(new RowNormNode(x, weight, bias, mean, scale)) : y;
    }

    private static int Grain(int width) => Math.Max(1, Elementwise.Grain / Math.Max(1, width));

    private static Span<float> SpanOf(Tensor? tensor) => tensor is null ? default : tensor.Span;

    /// <summary>What forward and backward share.</summary>
    private readonly struct Rows(float* x, int width, float* weight, float* mean, float* scale, bool centred)
    {
        public readonly float* X = x, Weight = weight, Mean = mean, Scale = scale;
        public readonly int Width = width;
        public readonly bool Centred = centred;
    }

    private readonly struct ForwardRange(Rows rows, float* y, float* bias, float eps) : IParallelRange
    {
        public void Invoke(int start, int end)
        {
            var kernel = new ForwardKernel(rows, y, bias, eps, start, end);
            SimdWidth.Run(ref kernel);
        }
    }

    private readonly struct ForwardKernel(Rows rows, float* y, float* bias, float eps, int start, int end) : ISimdKernel
    {
        public void Run<S, V>()
            where S : struct, ISimd<V>
            where V : struct
        {
            int width = rows.Width, vectors = width - (width % S.Lanes);
            float* weight = rows.Weight;
            for (int r = start; r < end; r++)
            {
                float* x = rows.X + (nint)r * width, to = y + (nint)r * width;
                float mean = rows.Centred ? Sum<S, V>(x, width, vectors) / width : 0;
                float scale = MathF.Sqrt((SumOfSquares<S, V>(x, width, vectors, mean) / width) + eps);
                if (rows.Mean != null) rows.Mean[r] = mean;
                rows.Scale[r] = scale;
                float inverse = 1 / scale;
                V meanVector = S.Create(mean), inverseVector = S.Create(inverse);
                int c = 0;
                for (; c < vectors; c += S.Lanes)
                {
                    V n = S.Multiply(S.Subtract(S.Load(x + c), meanVector), inverseVector);
                    if (weight != null) n = S.Multiply(n, S.Load(weight + c));
                    if (bias != null) n = S.Add(n, S.Load(bias + c));
                    S.Store(n, to + c);
                }
                for (; c < width; c++)
                {
                    float n = (x[c] - mean) * inverse;
                    if (weight != null) n *= weight[c];
                    to[c] = bias != null ? n + bias[c] : n;
                }
            }
        }

        private static float Sum<S, V>(float* x, int width, int vectors)
            where S : struct, ISimd<V>
            where V : struct
        {
            V even = S.Create(0), odd = S.Create(0);
            int c = 0;
            for (; c < vectors - S.Lanes; c += 2 * S.Lanes)
            {
                even = S.Add(even, S.Load(x + c));
                odd = S.Add(odd, S.Load(x + c + S.Lanes));
            }
            if (c < vectors) even = S.Add(even, S.Load(x + c));
            float sum = S.Sum(S.Add(even, odd));
            for (c = vectors; c < width; c++) sum += x[c];
            return sum;
        }

        private static float SumOfSquares<S, V>(float* x, int width, int vectors, float mean)
            where S : struct, ISimd<V>
            where V : struct
        {
            V meanVector = S.Create(mean), even = S.Create(0), odd = S.Create(0);
            int c = 0;
            for (; c < vectors - S.Lanes; c += 2 * S.Lanes)
            {
                V a = S.Subtract(S.Load(x + c), meanVector), b = S.Subtract(S.Load(x + c + S.Lanes), meanVector);
                even = S.MultiplyAdd(a, a, even);
                odd = S.MultiplyAdd(b, b, odd);
            }
            if (c < vectors)
            {
                V a = S.Subtract(S.Load(x + c), meanVector);
                even = S.MultiplyAdd(a, a, even);
            }
            float sum = S.Sum(S.Add(even, odd));
            for (c = vectors; c < width; c++) sum += (x[c] - mean) * (x[c] - mean);
            return sum;
        }
    }

    /// <summary>The gradients of a part of the rows; those of gain and bias as the part's sums.</summary>
    private readonly struct BackwardRange(Rows rows, float* gradient, float* dx, float* addend, float* partialWeight, float* partialBias, int partRows)
        : IParallelRange
    {
        public void Invoke(int start, int end)
        {
            nint part = (nint)(start / partRows) * rows.Width;
            var kernel = new BackwardKernel(
                rows, gradient, dx, addend, partialWeight == null ? null : partialWeight + part, partialBias == null ? null : partialBias + part, start, end);
            SimdWidth.Run(ref kernel);
        }
    }

    /// <remarks>With g the gradient of y, h = g·w and n the normalised row: dx = (h − mean(h) − n·mean(h·n))/s, without mean(h) where m is 0; dw = Σ g·n; db = Σ g.</remarks>
    private readonly struct BackwardKernel(Rows rows, float* gradient, float* dx, float* addend, float* dWeight, float* dBias, int start, int end)
        : ISimdKernel
    {
        public void Run<S, V>()
            where S : struct, ISimd<V>
            where V : struct
        {
            int width = rows.Width, vectors = width - (width % S.Lanes);
            float* weight = rows.Weight;
            for (int r = start; r < end; r++)
            {
                float* x = rows.X + (nint)r * width, g = gradient + (nint)r * width;
                float mean = rows.Mean == null ? 0 : rows.Mean[r], inverse = 1 / rows.Scale[r];
                V meanVector = S.Create(mean), inverseVector = S.Create(inverse), sumH = S.Create(0), sumHN = S.Create(0);
                int c = 0;
                for (; c < vectors; c += S.Lanes)
                {
                    V n = S.Multiply(S.Subtract(S.Load(x + c), meanVector), inverseVector), h = S.Load(g + c);
                    if (dWeight != null) S.Store(S.MultiplyAdd(h, n, S.Load(dWeight + c)), dWeight + c);
                    if (dBias != null) S.Store(S.Add(h, S.Load(dBias + c)), dBias + c);
                    if (weight != null) h = S.Multiply(h, S.Load(weight + c));
                    sumH = S.Add(sumH, h);
                    sumHN = S.MultiplyAdd(h, n, sumHN);
                }
                float totalH = S.Sum(sumH), totalHN = S.Sum(sumHN);
                for (; c < width; c++)
                {
                    float n = (x[c] - mean) * inverse, h = g[c];
                    if (dWeight != null) dWeight[c] += h * n;
                    if (dBias != null) dBias[c] += h;
                    if (weight != null) h *= weight[c];
                    totalH += h;
                    totalHN += h * n;
                }
                if (dx != null) WriteInputGradient<S, V>(r, mean, inverse, rows.Centred ? totalH / width : 0, totalHN / width);
            }
        }

        private void WriteInputGradient<S, V>(int r, float mean, float inverse, float meanH, float meanHN)
            where S : struct, ISimd<V>
            where V : struct
        {
            int width = rows.Width;
            nint row = (nint)r * width;
            float* x = rows.X + row, g = gradient + row, to = dx + row, add = addend == null ? null : addend + row, weight = rows.Weight;
            V meanVector = S.Create(mean), inverseVector = S.Create(inverse), meanHVector = S.Create(meanH), minusMeanHN = S.Create(-meanHN);
            int c = 0;
            for (; c <= width - S.Lanes; c += S.Lanes)
            {
                V n = S.Multiply(S.Subtract(S.Load(x + c), meanVector), inverseVector), h = S.Load(g + c);
                if (weight != null) h = S.Multiply(h, S.Load(weight + c));
                V d = S.Multiply(S.MultiplyAdd(n, minusMeanHN, S.Subtract(h, meanHVector)), inverseVector);
                S.Store(add != null ? S.Add(d, S.Load(add + c)) : d, to + c);
            }
            for (; c < width; c++)
            {
                float n = (x[c] - mean) * inverse, h = weight != null ? g[c] * weight[c] : g[c];
                float d = (h - meanH - (n * meanHN)) * inverse;
                to[c] = add != null ? d + add[c] : d;
            }
        }
    }

    private sealed class RowNormNode(Tensor x, Tensor? weight, Tensor? bias, Tensor? mean, Tensor scale) : GradNode(x, weight, bias)
    {
        protected override void Backward(Tensor gradient)
        {
            int width = x.LastSize, count = scale.Length;
            int partRows = Reduction.PartRows(count), parts = (count + partRows - 1) / partRows;
            // Each part's sums of the gradients of gain and bias, then the gradients themselves.
            Tensor? weightParts = Wants(1) ? Tensor.Zeros(parts, width) : null, biasParts = Wants(2) ? Tensor.Zeros(parts, width) : null;
            GradientTarget target = Wants(0) ? Target(0) : default;
            fixed (float* px = x.Span, pg = gradient.Span, ps = scale.Span)
            fixed (float* pw = SpanOf(weight), pm = SpanOf(mean), pd = SpanOf(target.Destination), pa = SpanOf(target.Addend))
            fixed (float* partialWeight = SpanOf(weightParts), partialBias = SpanOf(biasParts))
            {
                var rows = new Rows(px, width, pw, pm, ps, mean is not null);
                Parallelism.ForRange(count, partRows, new BackwardRange(rows, pg, pd, pa, partialWeight, partialBias, partRows));
                if (weightParts is not null) AddParts(Target(1), partialWeight, parts, width);
                if (biasParts is not null) AddParts(Target(2), partialBias, parts, width);
            }
            weightParts?.Storage.Return();
            biasParts?.Storage.Return();
        }

        protected override void Free() => mean?.Storage.Return();

        private static void AddParts(GradientTarget target, float* parts, int count, int width)
        {
            fixed (float* sum = target.Initialise()) Reduction.AddRows(parts, count, width, sum, width);
        }
    }
}
