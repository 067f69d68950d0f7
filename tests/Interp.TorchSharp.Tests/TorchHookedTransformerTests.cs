using Interp.Models.Tests;

namespace Interp.TorchSharp.Tests;

/// <summary>The suite that the built-in model passes, on TorchSharp.</summary>
public sealed class TorchHookedTransformerTests : HookedModelConformance
{
    protected override IHookedModel Create(HookedTransformer model) => new TorchHookedTransformer(model, TestDevice.Chosen);
}
