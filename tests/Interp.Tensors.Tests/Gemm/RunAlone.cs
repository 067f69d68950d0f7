namespace Interp.Tensors.Tests.Gemm;

/// <summary>Tests that change the number of threads, or need the pool for themselves, run when no others do.</summary>
[CollectionDefinition(nameof(Parallelism), DisableParallelization = true)]
public sealed class RunAlone
{
}
