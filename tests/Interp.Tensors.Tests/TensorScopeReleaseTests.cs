namespace Interp.Tensors.Tests;

public class TensorScopeReleaseTests
{
    [Fact]
    public void A_released_tensor_outlives_its_scope_and_ends_with_the_enclosing_one()
    {
        Tensor released, left;
        using (TensorScope.Begin())
        {
            using (TensorScope inner = TensorScope.Begin())
            {
                left = Tensor.Full(1, 3);
                released = inner.Release(Tensor.Full(2, 3));
            }
            Assert.Equal(2, released.Span[0]);
            Assert.Throws<ObjectDisposedException>(() => left.Span[0]);
        }
        Assert.Throws<ObjectDisposedException>(() => released.Span[0]);
    }

    [Fact]
    public void A_tensor_released_from_the_outermost_scope_is_kept()
    {
        Tensor released;
        using (TensorScope scope = TensorScope.Begin()) released = scope.Release(Tensor.Full(2, 3));
        Assert.Equal(2, released.Span[2]);
    }

    [Fact]
    public void Releasing_leaves_the_tensors_of_enclosing_scopes_where_they_are()
    {
        using TensorScope outer = TensorScope.Begin();
        Tensor outermost = Tensor.Full(3, 2);
        using (TensorScope.Begin())
        {
            using TensorScope inner = TensorScope.Begin();
            inner.Release(outermost);
            TensorScope.Lift(outermost, TensorScope.Current);
        }
        Assert.Equal(3, outermost.Span[1]);
    }

    [Fact]
    public void Lifting_moves_a_tensor_out_over_several_scopes()
    {
        using TensorScope outer = TensorScope.Begin();
        Tensor lifted;
        using (TensorScope.Begin())
        {
            using TensorScope inner = TensorScope.Begin();
            lifted = Tensor.Full(4, 2);
            TensorScope.Lift(lifted, outer);
        }
        Assert.Equal(4, lifted.Span[0]);
    }
}
