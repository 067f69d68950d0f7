using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;

namespace Interp.Gemm;

/// <summary>The few vector operations that products need, so that one kernel serves every vector width.</summary>
/// <typeparam name="TVector">The vector of floats.</typeparam>
internal unsafe interface ISimd<TVector>
    where TVector : struct
{
    /// <summary>Floats in a vector.</summary>
    static abstract int Width { get; }

    /// <summary>The rows of the largest tile of two vectors a row whose sums fit in the registers.</summary>
    static abstract int TileRows { get; }

    static abstract TVector Load(float* address);

    static abstract TVector Broadcast(float* address);

    static abstract void Store(TVector vector, float* address);

    static abstract TVector Add(TVector x, TVector y);

    /// <summary>x·y + z, fused where the hardware can.</summary>
    static abstract TVector MultiplyAdd(TVector x, TVector y, TVector z);
}

/// <summary>AVX-512: 32 registers of 16 floats.</summary>
internal readonly unsafe struct Simd512 : ISimd<Vector512<float>>
{
    public static int Width => 16;

    public static int TileRows => 14;

    public static Vector512<float> Load(float* address) => Vector512.Load(address);

    public static Vector512<float> Broadcast(float* address) => Vector512.Create(*address);

    public static void Store(Vector512<float> vector, float* address) => vector.Store(address);

    public static Vector512<float> Add(Vector512<float> x, Vector512<float> y) => x + y;

    public static Vector512<float> MultiplyAdd(Vector512<float> x, Vector512<float> y, Vector512<float> z) => Vector512.MultiplyAddEstimate(x, y, z);
}

/// <summary>AVX2: 16 registers of 8 floats.</summary>
internal readonly unsafe struct Simd256 : ISimd<Vector256<float>>
{
    public static int Width => 8;

    public static int TileRows => 6;

    public static Vector256<float> Load(float* address) => Vector256.Load(address);

    public static Vector256<float> Broadcast(float* address) => Vector256.Create(*address);

    public static void Store(Vector256<float> vector, float* address) => vector.Store(address);

    public static Vector256<float> Add(Vector256<float> x, Vector256<float> y) => x + y;

    public static Vector256<float> MultiplyAdd(Vector256<float> x, Vector256<float> y, Vector256<float> z) => Vector256.MultiplyAddEstimate(x, y, z);
}

/// <summary>ARM's AdvSimd (32 registers of 4 floats) and SSE (16 of them).</summary>
internal readonly unsafe struct Simd128 : ISimd<Vector128<float>>
{
    public static int Width => 4;

    public static int TileRows => AdvSimd.IsSupported ? 14 : 6;

    public static Vector128<float> Load(float* address) => Vector128.Load(address);

    public static Vector128<float> Broadcast(float* address) => Vector128.Create(*address);

    public static void Store(Vector128<float> vector, float* address) => vector.Store(address);

    public static Vector128<float> Add(Vector128<float> x, Vector128<float> y) => x + y;

    public static Vector128<float> MultiplyAdd(Vector128<float> x, Vector128<float> y, Vector128<float> z) => Vector128.MultiplyAddEstimate(x, y, z);
}

/// <summary>Plain arithmetic, where there is no vector hardware.</summary>
internal readonly unsafe struct Scalar : ISimd<float>
{
    public static int Width => 1;

    public static int TileRows => 4;

    public static float Load(float* address) => *address;

    public static float Broadcast(float* address) => *address;

    public static void Store(float vector, float* address) => *address = vector;

    public static float Add(float x, float y) => x + y;

    public static float MultiplyAdd(float x, float y, float z) => x * y + z;
}
