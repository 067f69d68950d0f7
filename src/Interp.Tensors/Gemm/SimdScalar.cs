using Interp.Simd;

namespace Interp.Gemm;

/// <summary>A vector of one float: plain arithmetic, for processors without vector units.</summary>
internal readonly unsafe struct SimdScalar : ISimd<float>
{
    public static int Lanes => 1;

    public static float LaneNumbers => 0;

    public static float Create(float value) => value;

    public static float Load(float* source) => *source;

    public static void Store(float value, float* destination) => *destination = value;

    public static float Add(float a, float b) => a + b;

    public static float Subtract(float a, float b) => a - b;

    public static float Multiply(float a, float b) => a * b;

    public static float Divide(float a, float b) => a / b;

    public static float MultiplyAdd(float a, float b, float c) => a * b + c;

    public static float Max(float a, float b) => a > b ? a : b;

    public static float Min(float a, float b) => a < b ? a : b;

    public static float Abs(float a) => MathF.Abs(a);

    public static float SelectLess(float a, float b, float whenTrue, float whenFalse) => a < b ? whenTrue : whenFalse;

    public static float Round(float a) => MathF.Round(a);

    public static float ScaleByPowerOfTwo(float x, float n) => MathF.ScaleB(x, (int)n);

    public static float Sum(float a) => a;

    public static float MaxLane(float a) => a;
}
