namespace Interp.Models.Tests;

/// <summary>The built-in model passes what other implementations are held to.</summary>
public sealed class HookedTransformerConformanceTests : HookedModelConformance
{
    protected override IHookedModel Create(HookedTransformer model) => model;
}
