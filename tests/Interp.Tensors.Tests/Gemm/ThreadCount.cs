namespace Interp.Tensors.Tests.Gemm;

/// <summary>A number of threads until it is disposed.</summary>
internal sealed class ThreadCount : IDisposable
{
    private readonly int _before = Parallelism.Threads;

    public ThreadCount(int threads) => Parallelism.Threads = threads;

    public void Dispose() => Parallelism.Threads = _before;
}
