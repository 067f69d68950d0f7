using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Interp.Tensors.Tests;

public class TensorTests
{
    [Fact]
    public void Elements_are_row_major_and_negative_indices_count_from_the_end()
    {
        Tensor x = Tensor.From([1, 2, 3, 4, 5, 6], 2, 3);
        Assert.Equal(6, x[1, 2]);
        Assert.Equal(6, x[-1, -1]);
        x[0, 1] = 20;
        Assert.Equal(20, x.Span[1]);
        Assert.Contains("[2, 3]", Assert.Throws<ArgumentOutOfRangeException>(() => x[0, 3]).Message, StringComparison.Ordinal);
        Assert.Contains("needs 2 indices", Assert.Throws<ArgumentException>(() => x[0]).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Shapes_must_have_as_many_elements_as_there_are()
    {
        Assert.Contains("5 values", Assert.Throws<ArgumentException>(() => Tensor.From([1, 2, 3, 4, 5], 2, 3)).Message, StringComparison.Ordinal);
        Assert.Contains("[4, -1]", Assert.Throws<ArgumentException>(() => Tensor.Zeros(2, 3).Reshape(4, -1)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Tensor.Empty(1 << 20, 1 << 20));
        Assert.Throws<ArgumentException>(() => Tensor.Empty(-1));
    }

    [Fact]
    public void Item_reads_one_element_only()
    {
        Assert.Equal(4, Tensor.Full(4).Item());
        Assert.Equal(4, Tensor.Full(4, 1, 1).Item());
        Assert.Contains("[2]", Assert.Throws<InvalidOperationException>(() => Tensor.Zeros(2).Item()).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1000)]
    [InlineData(100_000)]
    public unsafe void Memory_is_64_byte_aligned_inside_and_outside_scopes(int length)
    {
        using TensorScope scope = TensorScope.Begin();
        foreach (Tensor x in (Tensor[])[Tensor.Empty(length), Tensor.AllocatePlain([length])])
            Assert.Equal(0, (nint)Unsafe.AsPointer(ref MemoryMarshal.GetReference(x.Span)) % 64);
    }

    [Fact]
    public void A_tensor_span_has_the_tensors_shape_and_memory()
    {
        Tensor x = Tensor.From([1, 2, 3, 4, 5, 6], 2, 3);
        System.Numerics.Tensors.TensorSpan<float> span = x.AsTensorSpan();
        Assert.Equal([2, 3], span.Lengths.ToArray());
        span[1, 2] = 60;
        Assert.Equal(60, x[1, 2]);
    }

    [Fact]
    public void ToString_tells_shape_elements_and_what_is_not_finite()
    {
        Assert.Equal("Tensor [2, 2] { 1, 2, 3, 4 } min 1, max 4, mean 2.5", Tensor.From([1, 2, 3, 4], 2, 2).ToString());
        Assert.Equal("Tensor [] { 0.5 }", Tensor.Full(0.5f).ToString());
        Assert.EndsWith("mean 1, 1 not finite", Tensor.From([1, float.NaN], 2).ToString(), StringComparison.Ordinal);
        Tensor x = Tensor.Zeros(1);
        x.RequiresGrad = true;
        Assert.EndsWith("requires grad", x.ToString(), StringComparison.Ordinal);
        Assert.EndsWith("grad by Scale", (x * 2).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Normal_values_have_their_deviation_and_come_from_the_seed()
    {
        Tensor x = Tensor.Normal(new Rng(42), 0.5f, 100, 100), again = Tensor.Normal(new Rng(42), 0.5f, 100, 100);
        Assert.Equal(x.Span, again.Span);
        float[] values = x.Span.ToArray();
        // 10,000 values: the mean's standard error is 0.005, the variance's 0.0035.
        Assert.Equal(0, values.Average(), 0.02f);
        Assert.Equal(0.25f, values.Average(v => v * v), 0.015f);
    }

    [Fact]
    public unsafe void Foreign_memory_is_used_in_place()
    {
        float* memory = (float*)NativeMemory.AlignedAlloc(4 * sizeof(float), 64);
        for (int i = 0; i < 4; i++) memory[i] = i;
        // The owner stays reachable until the process ends, so the memory is never freed here.
        var x = new Tensor(memory, new object(), [2, 2]);
        Assert.Equal([0f, 2f, 4f, 6f], (x * 2).Span.ToArray());
        x.Span[3] = 30;
        Assert.Equal(30, memory[3]);
        Assert.Same(x, x.Keep());
    }
}
