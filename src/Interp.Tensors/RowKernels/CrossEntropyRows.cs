using System.Runtime.CompilerServices;
using Interp.Simd;

namespace Interp.RowKernels;

/// <summary>−log softmax(logits)[target] of each row, its gradient g·(softmax(logits) − onehot(target)), or both in one visit; 0 where the target is negative.</summary>
internal unsafe struct CrossEntropyRows : ISimdKernel
{
    /// <summary>[rows, columns], to which <see cref="Bias"/> [columns] is added unless it is null.</summary>
    public required float* Logits, Bias;
    public required int* Targets;
    public required int Rows, Columns;

    /// <summary>Receives the losses; null where only gradients are wanted, from statistics that an earlier visit left.</summary>
    public required float* Losses;

    /// <summary>[rows, 2]: each row's largest logit and 1 / Σ exp(logit − largest): written with the losses, else read. Null if not wanted.</summary>
    public required float* Statistics;

    /// <summary>Each row's upstream gradient g; null where only losses are wanted.</summary>
    public required float* Upstream;

    /// <summary>Receives the gradient; may be the logits' memory.</summary>
    public required float* Gradient;

    public readonly void Run<S, V>()
        where S : struct, ISimd<V>
        where V : struct => Parallelism.ForRange(Rows, RowRange.Grain(Columns), new Range<S, V>(this));

    private readonly struct Range<S, V>(CrossEntropyRows a) : IParallelRange
        where S : struct, ISimd<V>
        where V : struct
    {
        public void Invoke(int start, int end)
        {
            for (int r = start; r < end; r++)
            {
                float* logits = a.Logits + ((nint)r * a.Columns);
                int target = a.Targets[r];
                (float largest, float inverseSum) = (0, 0);
                if (target < 0)
                {
                    if (a.Losses != null) a.Losses[r] = 0;
                }
                else if (a.Losses != null)
                {
                    largest = LogSumExp.Largest<S, V>(logits, a.Bias, a.Columns);
                    float sum = LogSumExp.Sum<S, V>(logits, a.Bias, a.Columns, largest, null);
                    a.Losses[r] = LogSumExp.Loss(largest, sum, logits[target] + (a.Bias == null ? 0 : a.Bias[target]));
                    inverseSum = 1 / sum;
                }
                else
                {
                    (largest, inverseSum) = (a.Statistics[2 * r], a.Statistics[(2 * r) + 1]);
                }
                if (a.Losses != null && a.Statistics != null) (a.Statistics[2 * r], a.Statistics[(2 * r) + 1]) = (largest, inverseSum);
                if (a.Upstream != null) WriteGradient(logits, a.Gradient + ((nint)r * a.Columns), target, largest, inverseSum, a.Upstream[r]);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void WriteGradient(float* logits, float* gradient, int target, float largest, float inverseSum, float upstream)
        {
            if (target < 0)
            {
                new Span<float>(gradient, a.Columns).Clear();
                return;
            }
            V shift = S.Create(largest), factor = S.Create(inverseSum * upstream);
            for (int j = 0; j < a.Columns; j += S.Lanes)
            {
                V logit = RowVector.Load<S, V>(logits, j, a.Columns, 0);
                if (a.Bias != null) logit = S.Add(logit, RowVector.Load<S, V>(a.Bias, j, a.Columns, 0));
                RowVector.Store<S, V>(S.Multiply(SimdMath.Exp<S, V>(S.Subtract(logit, shift)), factor), gradient, j, a.Columns);
            }
            gradient[target] -= upstream;
        }
    }
}
