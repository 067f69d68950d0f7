namespace Interp.Tensors.Tests.Ops;

/// <summary>Plain double arithmetic to compare operations with.</summary>
internal static class Reference
{
    /// <summary>f(a, b) over the broadcast shape, by the definition: every index on its own.</summary>
    public static double[] Broadcast(double[] a, int[] shapeA, double[] b, int[] shapeB, int[] shape, Func<double, double, double> f)
    {
        var result = new double[shape.Aggregate(1, (x, y) => x * y)];
        var index = new int[shape.Length];
        for (int i = 0; i < result.Length; i++)
        {
            int rest = i;
            for (int axis = shape.Length - 1; axis >= 0; axis--) (rest, index[axis]) = Math.DivRem(rest, shape[axis]);
            result[i] = f(a[Flat(index, shapeA)], b[Flat(index, shapeB)]);
        }
        return result;
    }

    /// <summary>x [rows, inputs] · w [inputs, outputs]</summary>
    public static double[] Product(double[] x, double[] w, int rows, int inputs, int outputs)
    {
        var y = new double[rows * outputs];
        for (int r = 0; r < rows; r++)
            for (int o = 0; o < outputs; o++)
                for (int i = 0; i < inputs; i++)
                    y[(r * outputs) + o] += x[(r * inputs) + i] * w[(i * outputs) + o];
        return y;
    }

    public static double[] Transposed(double[] x, int rows, int columns)
    {
        var y = new double[x.Length];
        for (int r = 0; r < rows; r++)
            for (int c = 0; c < columns; c++) y[(c * rows) + r] = x[(r * columns) + c];
        return y;
    }

    /// <summary>f(x), with erf summed from its series.</summary>
    public static double Activate(double x, Activation activation) => activation switch
    {
        Activation.None => x,
        Activation.Relu => Math.Max(x, 0),
        Activation.Gelu => x * 0.5 * (1 + Erf(x / Math.Sqrt(2))),
        Activation.GeluTanh => 0.5 * x * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + (0.044715 * x * x * x)))),
        Activation.Silu => x / (1 + Math.Exp(-x)),
        _ => throw new ArgumentOutOfRangeException(nameof(activation)),
    };

    private static double Erf(double x)
    {
        // erf x = 2/√π · e^(−x²) · Σ 2ⁿ x^(2n+1) / (1·3·5 … (2n+1)): all terms of one sign, so nothing cancels.
        double term = x, sum = x;
        for (int n = 1; Math.Abs(term) > 1e-17 * Math.Abs(sum); n++) sum += term *= 2 * x * x / ((2 * n) + 1);
        return 2 / Math.Sqrt(Math.PI) * Math.Exp(-x * x) * sum;
    }

    private static int Flat(int[] index, int[] shape)
    {
        int flat = 0;
        for (int axis = 0; axis < shape.Length; axis++)
        {
            int i = index[index.Length - shape.Length + axis];
            flat = (flat * shape[axis]) + (shape[axis] == 1 ? 0 : i);
        }
        return flat;
    }
}
