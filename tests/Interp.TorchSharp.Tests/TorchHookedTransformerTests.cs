using System.Text.Json;
using global::TorchSharp;
using Interp.Models.Tests;

namespace Interp.TorchSharp.Tests;

/// <summary>The suite that the built-in model passes, on TorchSharp.</summary>
public sealed class TorchHookedTransformerTests : HookedModelConformance
{
    protected override IHookedModel Create(HookedTransformer model) => new TorchHookedTransformer(model, TestDevice.Chosen);

    [Fact]
    public void As_text_a_model_is_a_line_and_as_JSON_its_configuration()
    {
        TorchHookedTransformer model = new(SmallModels.Random(), TestDevice.Chosen);
        Assert.Equal($"TorchHookedTransformer: 2 layers of 2 heads, width 16, 2,955 parameters, on {TestDevice.Chosen}", model.ToString());
        using JsonDocument json = JsonDocument.Parse(JsonSerializer.Serialize(model));
        Assert.Equal("Config", Assert.Single(json.RootElement.EnumerateObject()).Name);
    }

    [Fact]
    public void A_cuda_device_that_is_not_there_is_an_error_that_says_what_to_install()
    {
        Assert.SkipWhen(torch.cuda.is_available(), "There is a CUDA device.");
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => new TorchHookedTransformer(SmallModels.Random(), new torch.Device(1)));
        Assert.Contains("'cuda:1'", error.Message, StringComparison.Ordinal);
        Assert.Contains("TorchSharp-cuda-linux", error.Message, StringComparison.Ordinal);
    }
}
