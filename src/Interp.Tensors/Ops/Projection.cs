using System.Runtime.CompilerServices;
using Interp.Gemm;
using Interp.Simd;

namespace Interp;

/// <summary>y = f(x·W + bias) + residual on matrices, forward and backward: what <see cref="Ops.Linear"/>, <see cref="Ops.HeadLinear"/> and <see cref="Ops.HeadOutput"/> share.</summary>
/// <param name="Rows">Rows of x and y.</param>
/// <param name="Inputs">Columns of x.</param>
/// <param name="Outputs">Columns of y.</param>
/// <param name="Heads">W is [heads, inputs, outputs/heads], the heads side by side; 0 where it is [inputs, outputs].</param>
internal readonly unsafe record struct Projection(int Rows, int Inputs, int Outputs, int Heads = 0)
{
    public Tensor Forward(Tensor x, Tensor weight, Tensor? bias, Activation activation, Tensor? residual, int[] resultShape)
    {
        Tensor y = Tensor.Allocate(resultShape);
        bool records = Autograd.Records(x, weight, bias, residual);
        // The backward of an activation needs its input; max(x, 0) tells enough about it.
        bool needsInput = records && activation != Activation.None;
        Tensor? input = needsInput && (activation != Activation.Relu || residual is not null) ? Tensor.Allocate(resultShape) : null;
        fixed (float* px = x.Span, pw = weight.Span, py = y.Span)
        fixed (float* pb = SpanOf(bias), pr = SpanOf(residual), pi = SpanOf(input))
        {
            var a = new MatrixView(px, Rows, Inputs);
            var c = new MatrixView(py, Rows, Outputs);
            MatrixView b = WeightView(pw);
            if (bias is null && residual is null && activation == Activation.None)
            {
                MatrixProduct.Multiply(a, b, c);
            }
            else
            {
                switch (activation)
                {
                    case Activation.None: MatrixProduct.Multiply(a, b, c, new Epilogue<IdentityFunction>(pb, pr, pi, Outputs)); break;
                    case Activation.Relu: MatrixProduct.Multiply(a, b, c, new Epilogue<ReluFunction>(pb, pr, pi, Outputs)); break;
                    case Activation.Gelu: MatrixProduct.Multiply(a, b, c, new Epilogue<GeluFunction>(pb, pr, pi, Outputs)); break;
                    case Activation.GeluTanh: MatrixProduct.Multiply(a, b, c, new Epilogue<GeluTanhFunction>(pb, pr, pi, Outputs)); break;
                    case Activation.Silu: MatrixProduct.Multiply(a, b, c, new Epilogue<SiluFunction>(pb, pr, pi, Outputs)); break;
                    default: throw Ops.UnknownActivation(activation);
                }
            }
        }
        return records
            ? y.Record(new ProjectionNode(this, x, weight, bias, residual, activation, needsInput ? input ?? y : null, input is not null))
            : y;
    }

    private MatrixView WeightView(float* weight) => Heads == 0
        ? new MatrixView(weight, Inputs, Outputs)
        : MatrixView.Heads(weight, Heads, Inputs, Outputs / Heads);

    private static Span<float> SpanOf(Tensor? tensor) => tensor is null ? default : tensor.Span;

    /// <summary>Adds the bias, keeps that for the backward where asked, applies the activation, adds the residual: while a tile is hot.</summary>
    private readonly struct Epilogue<TActivation>(float* bias, float* residual, float* input, int columns) : IEpilogue
        where TActivation : struct, IActivationFunction
    {
        public void Apply(in ProductTile tile)
        {
            nint start = (nint)tile.Row * columns + tile.Column;
            var kernel = new EpilogueKernel<TActivation>(
                tile.Origin, tile.Stride, tile.Rows, tile.Columns,
                bias == null ? null : bias + tile.Column,
                residual == null ? null : residual + start,
                input == null ? null : input + start,
                columns);
            SimdWidth.Run(ref kernel);
        }
    }

    private readonly struct EpilogueKernel<TActivation>(
        float* tile, nint tileStride, int rows, int columns, float* bias, float* residual, float* input, nint stride) : ISimdKernel
        where TActivation : struct, IActivationFunction
    {
        public void Run<S, V>()
            where S : struct, Simd.ISimd<V>
            where V : struct
        {
            float* rest = stackalloc float[S.Lanes];
            for (int r = 0; r < rows; r++)
            {
                float* row = tile + r * tileStride;
                float* rowInput = input == null ? null : input + r * stride;
                float* rowResidual = residual == null ? null : residual + r * stride;
                int c = 0;
                for (; c <= columns - S.Lanes; c += S.Lanes)
                {
                    V x = S.Load(row + c);
                    if (bias != null) x = S.Add(x, S.Load(bias + c));
                    if (rowInput != null) S.Store(x, rowInput + c);
                    V y = TActivation.Value<S, V>(x);
                    if (rowResidual != null) y = S.Add(y, S.Load(rowResidual + c));
                    S.Store(y, row + c);
                }
                if (c == columns) continue;
                int left = columns - c;
                for (int j = 0; j < left; j++) rest[j] = bias == null ? row[c + j] : row[c + j] + bias[c + j];
                if (rowInput != null) Unsafe.CopyBlockUnaligned(rowInput + c, rest, (uint)left * sizeof(float));
                S.Store(TActivation.Value<S, V>(S.Load(rest)), rest);
                for (int j = 0; j < left; j++) row[c + j] = rowResidual == null ? rest[j] : rest[j] + rowResidual[c + j];
            }
        }
    }

    private sealed class ProjectionNode(
        Projection shape, Tensor x, Tensor weight, Tensor? bias, Tensor? residual, Activation activation, Tensor? input, bool ownsInput)
        : GradNode(x, weight, bias, residual)
    {
        protected override void Backward(Tensor gradient)
        {
            if (Wants(3)) Send(3, gradient);
            Tensor inner = activation == Activation.None ? gradient : Ops.ActivationGradient(gradient, input!, activation);
            fixed (float* pg = inner.Span, px = x.Span, pw = weight.Span)
            {
                var g = new MatrixView(pg, shape.Rows, shape.Outputs);
                if (Wants(2))
                {
                    GradientTarget target = Target(2);
                    bool accumulate = target.InitialiseSum();
                    fixed (float* pb = target.Destination.Span) Reduction.ColumnSums(pg, shape.Rows, shape.Outputs, pb, accumulate);
                }
                if (Wants(1))
                {
                    GradientTarget target = Target(1);
                    bool accumulate = target.InitialiseSum();
                    fixed (float* pd = target.Destination.Span)
                        MatrixProduct.Multiply(new MatrixView(px, shape.Rows, shape.Inputs).Transposed, g, shape.WeightView(pd), accumulate);
                }
                if (Wants(0))
                {
                    GradientTarget target = Target(0);
                    bool accumulate = target.InitialiseSum();
                    fixed (float* pd = target.Destination.Span)
                        MatrixProduct.Multiply(g, shape.WeightView(pw).Transposed, new MatrixView(pd, shape.Rows, shape.Inputs), accumulate);
                }
            }
            if (inner != gradient) inner.Storage.Return();
        }

        protected override void Free()
        {
            if (ownsInput) input!.Storage.Return();
        }
    }
}
