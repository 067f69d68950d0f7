using ILGPU;

namespace Interp.Device;

/// <summary>The patterns of several layers, [layer, batch, head, query, key], and their tokens [batch, key], in device memory.</summary>
internal readonly struct PatternBatch(ArrayView<float> patterns, ArrayView<int> tokens, int batch, int heads, int queries, int keys)
{
    public int Queries => queries;

    /// <summary>A pattern, counting through layers, batch rows and heads.</summary>
    public DevicePattern Pattern(int index) => new(patterns.SubView((long)index * queries * keys, (long)queries * keys), queries, keys);

    /// <summary>The tokens under that pattern.</summary>
    public DeviceTokens TokensOf(int index) => new(tokens.SubView((long)(index / heads % batch) * keys, keys), keys);
}
