using global::TorchSharp;
using global::TorchSharp.Modules;
using Interp.Models.Tests;
using static global::TorchSharp.torch;

namespace Interp.TorchSharp.Tests;

public class ModuleCaptureTests
{
    [Fact]
    public void The_results_of_all_modules_are_captured_under_their_names_in_order()
    {
        Sequential model = nn.Sequential(("first", nn.Linear(3, 4)), ("middle", nn.ReLU()), ("last", nn.Linear(4, 2)));
        using ModuleCapture capture = model.Capture();
        torch.Tensor output = model.call(torch.randn(5, 3));
        ActivationCache cache = capture.ToCache();
        Assert.Equal(["first", "middle", "last", "Sequential"], cache.Names);
        Agreement.AssertSameBits("the output", output.ToInterp(), cache["Sequential"]);
        Agreement.AssertSameBits("the output", cache["Sequential"], cache["last"]);
        Assert.Equal(cache["first"].Span.ToArray().Select(x => Math.Max(x, 0)), cache["middle"].Span.ToArray());
    }

    [Fact]
    public void A_pattern_captured_under_its_TransformerLens_name_is_one_to_detectors_and_plots()
    {
        TwoHeads model = new();
        using ModuleCapture capture = model.Capture(name => name == "pattern" ? "blocks.0.attn.hook_pattern" : null);
        using (torch.NewDisposeScope()) model.call(torch.randn(1, 6, 8));
        // The dispose scope has freed the model's tensors; the cache has copies.
        Interp.Tensor pattern = capture.ToCache().Pattern(0);
        Assert.Equal([1, 2, 6, 6], pattern.Shape.ToArray());
        for (int row = 0; row < 12; row++) Assert.Equal(1, pattern.Span.Slice(row * 6, 6).ToArray().Sum(), 1e-6);
    }

    [Fact]
    public void Several_results_several_runs_and_several_inputs_have_names_of_their_own()
    {
        Pairs model = new();
        using ModuleCapture capture = model.Capture("inner", "Pairs");
        model.call(torch.ones(2), torch.ones(2));
        Assert.Equal(["inner.0", "inner.1", "inner:2.0", "inner:2.1", "Pairs"], capture.ToCache().Names);
        capture.Clear();
        Assert.Empty(capture.ToCache().Names);
        capture.Dispose();
        model.call(torch.ones(2), torch.ones(2));
        Assert.Empty(capture.ToCache().Names);
    }

    [Fact]
    public void Multi_head_attention_gives_its_output_and_its_weights()
    {
        MultiheadAttention model = nn.MultiheadAttention(8, 2);
        using ModuleCapture capture = model.Capture();
        torch.Tensor x = torch.randn(4, 1, 8);
        model.call(x, x, x, null, true, null);
        ActivationCache cache = capture.ToCache();
        Assert.Equal(["MultiheadAttention.0", "MultiheadAttention.1"], cache.Names);
        Assert.Equal([1, 4, 4], cache["MultiheadAttention.1"].Shape.ToArray());
    }

    [Fact]
    public void Modules_of_another_number_type_are_captured_as_float32_from_any_device()
    {
        Linear model = nn.Linear(3, 4, device: TestDevice.Chosen, dtype: torch.ScalarType.BFloat16);
        using ModuleCapture capture = model.Capture();
        torch.Tensor output = model.call(torch.randn(5, 3, torch.ScalarType.BFloat16).to(TestDevice.Chosen));
        Assert.Equal([5, 4], capture.ToCache()["Linear"].Shape.ToArray());
        Agreement.AssertSameBits("the output", output.ToInterp(), capture.ToCache()["Linear"]);
        Assert.Equal(output.to(torch.ScalarType.Float32, torch.CPU).data<float>(), capture.ToCache()["Linear"].Span.ToArray());
    }

    [Fact]
    public void A_name_that_meets_no_module_is_an_error_that_lists_what_there_is()
    {
        Sequential model = nn.Sequential(("first", nn.Linear(3, 4)));
        Assert.Contains("first", Assert.Throws<ArgumentException>(() => model.Capture("second")).Message, StringComparison.Ordinal);
        Assert.Contains("first", Assert.Throws<ArgumentException>(() => model.Capture(_ => null)).Message, StringComparison.Ordinal);
    }

    private sealed class TwoHeads : nn.Module<torch.Tensor, torch.Tensor>
    {
        private readonly Softmax pattern = nn.Softmax(-1);

        public TwoHeads()
            : base(nameof(TwoHeads)) => RegisterComponents();

        public override torch.Tensor forward(torch.Tensor x)
        {
            torch.Tensor heads = x.reshape(x.shape[0], x.shape[1], 2, -1).transpose(1, 2);
            return pattern.call(heads.matmul(heads.transpose(-1, -2))).matmul(heads);
        }
    }

    private sealed class Halves : nn.Module<torch.Tensor, (torch.Tensor, torch.Tensor)>
    {
        public Halves()
            : base(nameof(Halves))
        {
        }

        public override (torch.Tensor, torch.Tensor) forward(torch.Tensor x) => (x[0], x[1]);
    }

    private sealed class Pairs : nn.Module<torch.Tensor, torch.Tensor, torch.Tensor>
    {
        private readonly Halves inner = new();

        public Pairs()
            : base(nameof(Pairs)) => RegisterComponents();

        public override torch.Tensor forward(torch.Tensor a, torch.Tensor b) => inner.call(a).Item1 + inner.call(b).Item2;
    }
}
