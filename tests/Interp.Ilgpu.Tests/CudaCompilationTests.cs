using System.Reflection;
using ILGPU;
using ILGPU.Backends;
using ILGPU.Backends.EntryPoints;
using ILGPU.Backends.PTX;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;
using Interp.Device;
using Interp.Kernels;

namespace Interp.Ilgpu.Tests;

public class CudaCompilationTests
{
    public static TheoryData<string, Type?> Kernels => new()
    {
        { nameof(ScoreKernels.Queries), typeof(PrefixMatching) },
        { nameof(ScoreKernels.Queries), typeof(PrefixMatchingPredecessor) },
        { nameof(ScoreKernels.Queries), typeof(DuplicateToken) },
        { nameof(ScoreKernels.Queries), typeof(PreviousToken) },
        { nameof(ScoreKernels.Queries), typeof(FirstToken) },
        { nameof(ScoreKernels.Queries), typeof(AttentionEntropy) },
        { nameof(ScoreKernels.Means), null },
        { nameof(ScoreKernels.Offsets), null },
        { nameof(ScoreKernels.CopyingQueries), null },
        { nameof(ScoreKernels.CopyingTotals), null },
        { nameof(ScoreKernels.Raise), null },
        { nameof(ScoreKernels.RaiseTotals), null },
    };

    [Theory, MemberData(nameof(Kernels))]
    public void Every_kernel_compiles_for_a_GPU_without_one(string kernel, Type? score)
    {
        DeviceMath.Map();
        MethodInfo method = typeof(ScoreKernels).GetMethod(kernel)!;
        if (score is not null) method = method.MakeGenericMethod(score);
        using Context context = Context.Create(_ => { });
        using PTXBackend backend = new(context, CudaArchitecture.SM_75, CudaInstructionSet.ISA_64, null!);
        CompiledKernel compiled = backend.Compile(EntryPointDescription.FromImplicitlyGroupedKernel(method), default(KernelSpecialization));
        string assembly = Assert.IsType<PTXCompiledKernel>(compiled).PTXAssembly;
        Assert.Contains(".visible .entry", assembly);
        // The logarithm is the device's instruction, not a call into a library that the machine may lack.
        Assert.Equal(score == typeof(AttentionEntropy), assembly.Contains("lg2.approx", StringComparison.Ordinal));
    }
}
