using global::TorchSharp;
using Interp.Models.Tests;

namespace Interp.TorchSharp.Tests;

public class TorchTensorsTests
{
    [Theory]
    [InlineData]
    [InlineData(5)]
    [InlineData(2, 3, 4)]
    [InlineData(2, 0)]
    public void Values_and_shapes_cross_both_ways(params int[] shape)
    {
        Tensor ours = Tensor.Normal(new Rng(1), 1, shape);
        using torch.Tensor theirs = ours.ToTorch();
        Assert.Equal(shape.Select(size => (long)size), theirs.shape);
        Agreement.AssertSameBits("there and back", ours, theirs.ToInterp());
    }

    [Fact]
    public void Other_number_types_strides_and_graphs_become_plain_float32()
    {
        torch.Tensor theirs = torch.arange(6, torch.ScalarType.Float64).reshape(2, 3).requires_grad_(true).t() * 2;
        Tensor ours = theirs.ToInterp();
        Assert.Equal([3, 2], ours.Shape.ToArray());
        Assert.Equal([0, 6, 2, 8, 4, 10], ours.Span.ToArray());
    }

    [Fact]
    public void Weights_are_shared_in_both_directions()
    {
        Tensor ours = Tensor.From([1, 2, 3, 4, 5, 6], 2, 3);
        torch.Tensor theirs = ours.Select(1).ShareWithTorch();
        ours[1, 0] = 40;
        Assert.Equal(40, theirs[0].item<float>());
        theirs[2] = 60;
        Assert.Equal(60, ours[1, 2]);
    }

    [Fact]
    public void Training_in_TorchSharp_changes_the_model_it_came_from()
    {
        HookedTransformer model = SmallModels.Random();
        TorchHookedTransformer torchModel = new(model);
        model.Parameters["unembed.b_U"].Span.Fill(3);
        Agreement.Assert("logits", model.Run(new[] { 1, 2 }), torchModel.Run(new[] { 1, 2 }), 1e-5);
    }
}
