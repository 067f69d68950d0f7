namespace Interp.Tensors.Tests;

public class TensorScopeTests
{
    [Fact]
    public void Using_a_tensor_after_its_scope_throws_and_says_what_to_do()
    {
        Tensor x, view;
        using (TensorScope.Begin())
        {
            x = Tensor.Full(1, 4);
            view = x.Reshape(2, 2);
        }
        Assert.Contains("Keep()", Assert.Throws<ObjectDisposedException>(() => x.Span[0]).Message, StringComparison.Ordinal);
        Assert.Throws<ObjectDisposedException>(() => view.Span[0]);
        Assert.Throws<ObjectDisposedException>(() => x + 1);
        Assert.Throws<ObjectDisposedException>(x.Keep);
        Assert.Equal("Tensor [2, 2] (its TensorScope has ended)", view.ToString());
    }

    [Fact]
    public void A_kept_tensor_outlives_its_scope_and_keeps_its_values()
    {
        Tensor kept;
        using (TensorScope.Begin()) kept = Tensor.Full(1, 1000).Keep();
        using (TensorScope.Begin())
            for (int i = 0; i < 4; i++) Tensor.Full(2, 1000);
        Assert.All(kept.Span.ToArray(), v => Assert.Equal(1, v));
    }

    [Fact]
    public void Memory_is_used_again_by_the_next_scope_on_any_thread()
    {
        // An odd size, so that no other test's tensors fall in its bucket.
        const int length = 9_876_543;
        static unsafe nint Address(Tensor x)
        {
            fixed (float* p = x.Span) return (nint)p;
        }
        nint first;
        using (TensorScope.Begin()) first = Address(Tensor.Empty(length));
        nint second = 0;
        var thread = new Thread(() =>
        {
            using (TensorScope.Begin()) second = Address(Tensor.Empty(length));
        });
        thread.Start();
        thread.Join();
        Assert.Equal(first, second);
    }

    [Fact]
    public void Memory_that_stays_idle_over_many_scopes_is_let_go()
    {
        static WeakReference Idle()
        {
            float[] array = TensorPool.Rent(7_654_321);
            TensorPool.Return(array);
            return new WeakReference(array);
        }
        WeakReference idle = Idle();
        for (int i = 0; i < 2 * TensorPool.ScopesPerTrim; i++) TensorScope.Begin().Dispose();
        GC.Collect();
        Assert.False(idle.IsAlive);
    }

    [Fact]
    public void Scopes_nest()
    {
        using TensorScope outer = TensorScope.Begin();
        Tensor before = Tensor.Full(1, 3), inside;
        using (TensorScope.Begin()) inside = before * 2;
        Tensor after = before * 3;
        Assert.Throws<ObjectDisposedException>(() => inside.Span[0]);
        Assert.Equal(3, after.Span[0]);
    }

    [Fact]
    public void Scopes_end_in_reverse_order_on_their_own_thread()
    {
        TensorScope outer = TensorScope.Begin(), inner = TensorScope.Begin();
        Assert.Throws<InvalidOperationException>(outer.Dispose);
        Exception? elsewhere = null;
        var thread = new Thread(() => elsewhere = Record.Exception(inner.Dispose));
        thread.Start();
        thread.Join();
        Assert.IsType<InvalidOperationException>(elsewhere);
        inner.Dispose();
        inner.Dispose();
        outer.Dispose();
    }

    [Fact]
    public void Gradients_of_leaves_outlive_the_scope_and_those_of_intermediates_do_not()
    {
        Tensor x = Tensor.Full(3, 5);
        x.RequiresGrad = true;
        Tensor y;
        using (TensorScope.Begin())
        {
            y = (x * x).RetainGrad();
            Interp.Ops.Sum(y).Backward();
            Assert.Equal(1, y.Grad!.Span[0]);
        }
        Assert.Equal(6, x.Grad!.Span[0]);
        Assert.Throws<ObjectDisposedException>(() => y.Grad.Span[0]);
    }

    [Fact]
    public void A_gradient_that_a_hook_held_on_to_is_intact_until_the_scope_ends()
    {
        Tensor x = Tensor.Full(3, 5);
        x.RequiresGrad = true;
        using TensorScope scope = TensorScope.Begin();
        Tensor? held = null;
        Tensor a = x * 2;
        Tensor late = a * 10;
        Tensor hooked = Interp.Ops.Hook(a + Tensor.Full(1, 5), g =>
        {
            held = g;
            return null;
        });
        Interp.Ops.Sum(hooked + late).Backward();
        Assert.All(held!.Span.ToArray(), g => Assert.Equal(1, g));
        Assert.Equal(22, x.Grad!.Span[0]);
    }

    [Fact]
    public void Backward_gives_the_gradients_of_intermediates_back_as_it_goes()
    {
        // Fifty chained results are held to the end of the scope; their fifty gradients must not be held as well.
        const int length = 1_111_111;
        Tensor x = Tensor.Full(1, length);
        x.RequiresGrad = true;
        long Allocated(bool backward)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            using (TensorScope.Begin())
            {
                Tensor y = x;
                for (int i = 0; i < 10; i++) y = Interp.Ops.Scale(y, 1.5f);
                if (backward) Interp.Ops.Sum(y).Backward();
            }
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
        Allocated(backward: false);
        // Two gradients at a time, and the leaf's.
        Assert.InRange(Allocated(backward: true), 0, 4 * 4L * length);
    }

    [Fact]
    public void A_training_step_at_steady_state_allocates_a_few_kilobytes()
    {
        var random = new Rng(1);
        Tensor embed = Parameter(random, 50, 32), gain = Parameter(random, 32), bias = Parameter(random, 32);
        Tensor heads = Parameter(random, 4, 32, 8), output = Parameter(random, 4, 8, 32), up = Parameter(random, 32, 64), down = Parameter(random, 64, 32);
        Tensor[] parameters = [embed, gain, bias, heads, output, up, down];
        var tokens = new Tokens([.. Enumerable.Range(0, 8 * 20).Select(i => i % 50)], 8, 20);
        void Step()
        {
            using TensorScope scope = TensorScope.Begin();
            Tensor x = Interp.Ops.Embedding(embed, tokens);
            for (int layer = 0; layer < 4; layer++)
            {
                x = Interp.Ops.HeadOutput(Interp.Ops.HeadLinear(Interp.Ops.LayerNorm(x, gain, bias, 1e-5f, out _), heads), output, residual: x);
                x = Interp.Ops.Linear(Interp.Ops.Linear(x, up, activation: Activation.Gelu), down, residual: x);
            }
            Interp.Ops.Mean(x * x).Backward();
            foreach (Tensor p in parameters)
            {
                for (int i = 0; i < p.Length; i++) p.Span[i] -= 0.01f * p.Grad!.Span[i];
                p.ZeroGrad();
            }
        }
        for (int i = 0; i < 3; i++) Step();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 10; i++) Step();
        long each = (GC.GetAllocatedBytesForCurrentThread() - before) / 10;
        TestContext.Current.TestOutputHelper?.WriteLine($"{each} bytes a step");
        // 24 operations and their 40 gradients: tensor, storage, node and shape objects only. Their data is 2 MB.
        Assert.InRange(each, 0, 24_000);
    }

    private static Tensor Parameter(Rng random, params int[] shape)
    {
        Tensor x = Tensor.Normal(random, 0.1f, shape);
        x.RequiresGrad = true;
        return x;
    }
}
