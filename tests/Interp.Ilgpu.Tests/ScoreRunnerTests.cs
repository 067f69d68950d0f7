using Interp.Tests.Conformance;

namespace Interp.Ilgpu.Tests;

/// <summary>The shared suite on ILGPU's CPU accelerator, which every machine has.</summary>
public sealed class CpuAcceleratorTests(CpuFixture device) : ScoreRunnerConformance, IClassFixture<CpuFixture>
{
    protected override IScoreRunner Runner => device.Runner;
}

/// <summary>The shared suite on an OpenCL device, where there is one.</summary>
public sealed class OpenClTests(OpenClFixture device) : ScoreRunnerConformance, IClassFixture<OpenClFixture>
{
    protected override IScoreRunner Runner => device.Runner;
}

/// <summary>The shared suite on a CUDA device, where there is one.</summary>
public sealed class CudaTests(CudaFixture device) : ScoreRunnerConformance, IClassFixture<CudaFixture>
{
    protected override IScoreRunner Runner => device.Runner;
}
