namespace Interp.Tensors.Tests;

/// <summary>The semantics of PyTorch's autograd.</summary>
public class AutogradTests
{
    [Fact]
    public void Gradients_accumulate_over_backward_passes()
    {
        Tensor x = Leaf(2, 3);
        Interp.Ops.Sum(x * x).Backward();
        Interp.Ops.Sum(x * x).Backward();
        Assert.Equal([8f, 12f], x.Grad!.Span.ToArray());
    }

    [Fact]
    public void After_ZeroGrad_the_gradient_is_null_and_its_memory_is_used_again()
    {
        Tensor x = Leaf(2, 3);
        Interp.Ops.Sum(x * x).Backward();
        Tensor before = x.Grad!;
        x.ZeroGrad();
        Assert.Null(x.Grad);
        Interp.Ops.Sum(x * 5).Backward();
        Assert.Equal([5f, 5f], x.Grad!.Span.ToArray());
        Assert.Same(before, x.Grad);
    }

    [Fact]
    public void A_gradient_set_to_null_is_not_written_to_again()
    {
        Tensor x = Leaf(2, 3);
        Interp.Ops.Sum(x * x).Backward();
        Tensor held = x.Grad!;
        x.Grad = null;
        Interp.Ops.Sum(x * 5).Backward();
        Assert.Equal([4f, 6f], held.Span.ToArray());
        Assert.Equal([5f, 5f], x.Grad!.Span.ToArray());
        Assert.Throws<ArgumentException>(() => x.Grad = Tensor.Zeros(3));
    }

    [Fact]
    public void Nothing_is_recorded_without_a_leaf_that_requires_a_gradient()
    {
        Tensor y = Tensor.Full(1, 2) * 3;
        Assert.False(y.RequiresGrad);
        Assert.Contains("RequiresGrad", Assert.Throws<InvalidOperationException>(() => Interp.Ops.Sum(y).Backward()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_is_recorded_under_NoGrad_which_nests()
    {
        Tensor x = Leaf(1, 2);
        using (Autograd.NoGrad())
        {
            using (Autograd.NoGrad()) Assert.False((x * 2).RequiresGrad);
            Assert.False(Autograd.Enabled);
            Assert.False((x * 2).RequiresGrad);
        }
        Assert.True((x * 2).RequiresGrad);
    }

    [Fact]
    public void Detach_shares_memory_and_stops_gradients()
    {
        Tensor x = Leaf(2, 3);
        Tensor y = x * 4, cut = y.Detach();
        cut.Span[0] = 100;
        Assert.Equal(100, y.Span[0]);
        Assert.False(cut.RequiresGrad);
        Interp.Ops.Sum(x * cut).Backward();
        Assert.Equal([100f, 12f], x.Grad!.Span.ToArray());
    }

    [Fact]
    public void RetainGrad_fills_the_gradient_of_an_intermediate()
    {
        Tensor x = Leaf(2, 3);
        Tensor y = (x * x).RetainGrad(), unused = x * 2;
        Interp.Ops.Sum(y * y).Backward();
        Assert.Equal([8f, 18f], y.Grad!.Span.ToArray());
        Assert.Equal([32f, 108f], x.Grad!.Span.ToArray());
        Assert.Null(unused.Grad);
        Assert.Throws<InvalidOperationException>(() => Tensor.Zeros(1).RetainGrad());
    }

    [Fact]
    public void A_retained_gradient_is_not_changed_by_what_follows()
    {
        // The gradient of y goes on to x unchanged (addition), and more is added to x's afterwards.
        Tensor leaf = Leaf(1, 1);
        Tensor x = leaf * 1;
        Tensor late = x * 10;
        Tensor y = (x + Tensor.Full(1, 2)).RetainGrad();
        Interp.Ops.Sum(y + late).Backward();
        Assert.Equal([1f, 1f], y.Grad!.Span.ToArray());
        Assert.Equal([11f, 11f], leaf.Grad!.Span.ToArray());
    }

    [Fact]
    public void A_shared_subgraph_runs_once_with_the_sum_of_its_gradients()
    {
        Tensor x = Leaf(1.5f, -2);
        int runs = 0;
        Tensor shared = Interp.Ops.Hook(x * x, _ =>
        {
            runs++;
            return null;
        });
        Interp.Ops.Sum((shared * 3) + (shared * shared) + shared).Backward();
        Assert.Equal(1, runs);
        // d(3s + s² + s)/dx = (4 + 2s)·2x, s = x²
        Assert.Equal([(4 + 4.5f) * 3, (4 + 8) * -4f], x.Grad!.Span.ToArray());
    }

    [Fact]
    public void A_tensor_used_with_itself_gets_both_gradients()
    {
        Tensor x = Leaf(3, 4);
        Interp.Ops.Sum(x + x).Backward();
        Interp.Ops.Sum(Interp.Ops.Concat(0, x, x) * 2).Backward();
        Assert.Equal([6f, 6f], x.Grad!.Span.ToArray());
    }

    [Fact]
    public void Backward_of_a_leaf_is_its_own_gradient()
    {
        Tensor x = Leaf(7);
        x.Backward();
        Assert.Equal(1, x.Grad!.Item());
    }

    [Fact]
    public void Backward_takes_a_gradient_for_a_result_of_any_shape_and_leaves_it_unchanged()
    {
        Tensor x = Leaf(2, 3), gradient = Tensor.From([10, 100], 2);
        Tensor y = x * 1;
        (y + (y * x)).Backward(gradient);
        Assert.Equal([10f, 100f], gradient.Span.ToArray());
        Assert.Equal([50f, 700f], x.Grad!.Span.ToArray());
        Assert.Contains("[2]", Assert.Throws<ArgumentException>(() => (x * 1).Backward(Tensor.Zeros(3))).Message, StringComparison.Ordinal);
        Assert.Contains("Reduce it", Assert.Throws<InvalidOperationException>(() => (x * 1).Backward()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_second_backward_through_a_freed_graph_says_so()
    {
        Tensor x = Leaf(2);
        Tensor y = x * x, loss = y * 3;
        loss.Backward();
        Assert.Contains("freed", Assert.Throws<InvalidOperationException>(loss.Backward).Message, StringComparison.Ordinal);
        Assert.Contains("freed", Assert.Throws<InvalidOperationException>((y * 2).Backward).Message, StringComparison.Ordinal);
        Assert.Equal(12, x.Grad!.Item());
    }

    [Fact]
    public void Views_share_memory_and_pass_gradients_to_their_place()
    {
        Tensor x = Leaf(1, 2, 3, 4, 5, 6);
        Tensor matrix = x.Reshape(2, -1);
        Assert.Equal([2, 3], matrix.Shape.ToArray());
        x.Span[4] = 50;
        Assert.Equal(50, matrix.Select(-1).Span[1]);
        Interp.Ops.Sum(matrix.Select(1) * 10).Backward();
        Assert.Equal([0f, 0f, 0f, 10f, 10f, 10f], x.Grad!.Span.ToArray());
    }

    [Fact]
    public void Both_halves_of_a_split_contribute_to_the_gradient()
    {
        Tensor x = Leaf(1, 2, 3, 4);
        Tensor y = (x * 1).Reshape(2, 2);
        Interp.Ops.Sum((y.Select(0) * 2) + (y.Select(1) * 3) + y.Select(0)).Backward();
        Assert.Equal([3f, 3f, 3f, 3f], x.Grad!.Span.ToArray());
    }

    [Fact]
    public void Clone_copies_and_passes_the_gradient()
    {
        Tensor x = Leaf(1, 2);
        Tensor copy = x.Clone();
        copy.Span[0] = 9;
        Assert.Equal(1, x.Span[0]);
        Interp.Ops.Sum(copy * copy).Backward();
        Assert.Equal([18f, 4f], x.Grad!.Span.ToArray());
    }

    [Fact]
    public void A_hook_sees_and_replaces_the_gradient()
    {
        Tensor x = Leaf(1, 2);
        float[]? seen = null;
        Tensor hooked = Interp.Ops.Hook(x * 2, g =>
        {
            seen = g.Span.ToArray();
            return Tensor.From([0, 100], 2);
        });
        Interp.Ops.Sum(hooked * 7).Backward();
        Assert.Equal([7f, 7f], seen!);
        Assert.Equal([0f, 200f], x.Grad!.Span.ToArray());
    }

    [Fact]
    public void A_hook_that_returns_another_shape_fails_and_the_next_backward_works()
    {
        Tensor x = Leaf(1, 2);
        Tensor loss = Interp.Ops.Sum(Interp.Ops.Hook(x * 2, _ => Tensor.Zeros(3)));
        Assert.Contains("[3]", Assert.Throws<ArgumentException>(loss.Backward).Message, StringComparison.Ordinal);
        Interp.Ops.Sum(x * 2).Backward();
        Assert.Equal([2f, 2f], x.Grad!.Span.ToArray());
    }

    [Fact]
    public void A_hook_may_run_a_backward_of_its_own()
    {
        Tensor x = Leaf(1, 2), other = Leaf(3);
        Tensor hooked = Interp.Ops.Hook(x * 2, g =>
        {
            // Recording is off inside a backward, as in PyTorch; the inner graph was made before.
            return g * 2;
        });
        Tensor inner = other * other;
        Tensor loss = Interp.Ops.Sum(Interp.Ops.Hook(hooked * 1, _ =>
        {
            inner.Backward();
            return null;
        }));
        loss.Backward();
        Assert.Equal(6, other.Grad!.Item());
        Assert.Equal([4f, 4f], x.Grad!.Span.ToArray());
    }

    [Fact]
    public void RequiresGrad_is_set_on_leaves_only()
    {
        Tensor x = Leaf(1);
        Tensor y = x * 2;
        Assert.True(x.IsLeaf);
        Assert.False(y.IsLeaf);
        Assert.Throws<InvalidOperationException>(() => y.RequiresGrad = false);
        x.RequiresGrad = false;
        Assert.False((x * 2).RequiresGrad);
    }

    [Fact]
    public void A_deep_graph_needs_no_deep_stack()
    {
        Tensor x = Leaf(1);
        Tensor y = x;
        for (int i = 0; i < 20_000; i++) y += 0.5f;
        y.Backward();
        Assert.Equal(1, x.Grad!.Item());
    }

    private static Tensor Leaf(params float[] values)
    {
        Tensor x = Tensor.From(values, values.Length);
        x.RequiresGrad = true;
        return x;
    }
}
