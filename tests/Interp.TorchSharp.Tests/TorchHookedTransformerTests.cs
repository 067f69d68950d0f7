using global::TorchSharp;
using Interp.Models.Tests;

namespace Interp.TorchSharp.Tests;

/// <summary>The suite that the built-in model passes, on TorchSharp.</summary>
public sealed class TorchHookedTransformerTests : HookedModelConformance
{
    protected override IHookedModel Create(HookedTransformer model) => new TorchHookedTransformer(model, TestDevice.Chosen);

    [Fact]
    public void A_cuda_device_that_is_not_there_is_an_error_that_says_what_to_install()
    {
        Assert.SkipWhen(torch.cuda.is_available(), "There is a CUDA device.");
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => new TorchHookedTransformer(SmallModels.Random(), new torch.Device(1)));
        Assert.Contains("'cuda:1'", error.Message, StringComparison.Ordinal);
        Assert.Contains("TorchSharp-cuda-linux", error.Message, StringComparison.Ordinal);
    }
}
