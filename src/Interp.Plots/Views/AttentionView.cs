using System.Globalization;
using System.Text.Json.Nodes;
using Interp.Rendering;

namespace Interp;

/// <summary>
/// Attention patterns of many heads on one text: a grid of thumbnails (a row a layer, a column a head), one head large, and the text coloured by what the
/// token under the pointer attends to, or by what attends to it; with value norms, also attention weighted by the size of the values it moves.
/// </summary>
/// <remarks>Patterns are kept to about 0.4 % of their size as one byte a cell, compressed: 144 heads of 256 tokens stay below 7 MB.</remarks>
/// <example><code>
/// CachedRun run = model.RunWithCache(tokens, ["*.hook_pattern", "*.hook_v"]);
/// AttentionView.Of(run.Cache, tokenTexts)
/// </code></example>
public sealed class AttentionView : HtmlView
{
    private readonly float[] _patterns;
    private readonly float[]? _norms;
    private readonly IReadOnlyList<string> _tokens;
    private readonly int[] _layers;
    private readonly int _headsPerLayer;
    private readonly int _start;

    private AttentionView(float[] patterns, float[]? norms, IReadOnlyList<string> tokens, int[] layers, int headsPerLayer, (int Layer, int Head)? start, string? title) : base(title)
    {
        (_patterns, _norms, _tokens, _layers, _headsPerLayer) = (patterns, norms, tokens, layers, headsPerLayer);
        if (start is not { } head) return;
        int row = Array.IndexOf(layers, head.Layer);
        if (row < 0 || head.Head < 0 || head.Head >= headsPerLayer)
            throw new ArgumentException($"There is no head {head.Layer}.{head.Head} in this view: it has layers {string.Join(", ", layers)} of {headsPerLayer} heads.", nameof(start));
        _start = row * headsPerLayer + head.Head;
    }

    /// <summary>A view of patterns in an array.</summary>
    /// <param name="patterns">[layer, head, query, key], shares of attention from 0 to 1.</param>
    /// <param name="tokens">The token at each position, as text.</param>
    /// <param name="valueNorms">[layer, head, key] the size ‖v‖ of each head's value at each position; null when weighting is not wanted.</param>
    /// <param name="start">The head to show first; null: the first.</param>
    /// <param name="title">What stands above it.</param>
    /// <exception cref="ArgumentException">The shapes do not agree.</exception>
    public static AttentionView Of(float[,,,] patterns, IReadOnlyList<string> tokens, float[,,]? valueNorms = null, (int Layer, int Head)? start = null, string? title = null)
    {
        ArgumentNullException.ThrowIfNull(patterns);
        ArgumentNullException.ThrowIfNull(tokens);
        int layers = patterns.GetLength(0), heads = patterns.GetLength(1), n = tokens.Count;
        if (patterns.GetLength(2) != n || patterns.GetLength(3) != n)
            throw new ArgumentException($"The patterns are [{layers}, {heads}, {patterns.GetLength(2)}, {patterns.GetLength(3)}] and must be [layer, head, {n}, {n}] for {n} tokens.", nameof(patterns));
        if (valueNorms is not null && (valueNorms.GetLength(0) != layers || valueNorms.GetLength(1) != heads || valueNorms.GetLength(2) != n))
            throw new ArgumentException(
                $"The value norms are [{valueNorms.GetLength(0)}, {valueNorms.GetLength(1)}, {valueNorms.GetLength(2)}] and must be [{layers}, {heads}, {n}], as the patterns.", nameof(valueNorms));
        return new AttentionView([.. patterns.Cast<float>()], valueNorms is null ? null : [.. valueNorms.Cast<float>()], tokens, [.. Enumerable.Range(0, layers)], heads, start, title);
    }

    /// <summary>A view of the patterns that a run kept: every layer whose <c>hook_pattern</c> is in the cache; with <c>hook_v</c> of the same layers, value-weighted too.</summary>
    /// <param name="cache">The activations of a run.</param>
    /// <param name="tokens">The token at each position, as text.</param>
    /// <param name="example">Which row of the batch.</param>
    /// <param name="start">The head to show first; null: the first.</param>
    /// <param name="title">What stands above it.</param>
    /// <exception cref="ArgumentException">The cache holds no patterns, or they are not of as many tokens.</exception>
    public static AttentionView Of(ActivationCache cache, IReadOnlyList<string> tokens, int example = 0, (int Layer, int Head)? start = null, string? title = null)
    {
        ArgumentNullException.ThrowIfNull(cache);
        ArgumentNullException.ThrowIfNull(tokens);
        int[] layers = [.. cache.Names.Select(LayerOf).OfType<int>()];
        if (layers.Length == 0)
            throw new ArgumentException("The cache holds no attention patterns. Keep them: model.RunWithCache(tokens, [\"*.hook_pattern\"]).", nameof(cache));
        int n = tokens.Count, heads = cache.Pattern(layers[0]).Shape[1];
        bool weighted = layers.All(l => cache.Contains(ValueName(l)));
        List<float> patterns = [], norms = [];
        foreach (int layer in layers)
        {
            Tensor pattern = cache.Pattern(layer);
            if (pattern.Shape[1] != heads || pattern.Shape[2] != n || pattern.Shape[3] != n || example < 0 || example >= pattern.Shape[0])
                throw new ArgumentException(
                    $"The pattern of layer {layer} is [{string.Join(", ", pattern.Shape.ToArray())}] and must be [batch > {example}, {heads}, {n}, {n}] for {n} tokens.", nameof(cache));
            patterns.AddRange(pattern.Span.Slice(example * heads * n * n, heads * n * n));
            if (weighted) norms.AddRange(ValueNorms(cache[ValueName(layer)], example, heads, n));
        }
        return new AttentionView([.. patterns], weighted ? [.. norms] : null, tokens, layers, heads, start, title);
    }

    private protected override string Kind => "attention";

    private protected override JsonObject Data()
    {
        int n = _tokens.Count, heads = _layers.Length * _headsPerLayer;
        bool causal = IsCausal(n, heads);
        JsonArray? norms = null;
        if (_norms is not null)
            norms = [.. Enumerable.Range(0, heads).Select(h => ViewHtml.Numbers(_norms.AsSpan(h * n, n).ToArray().Select(x => (double)x)))];
        string Number(int x) => x.ToString(CultureInfo.InvariantCulture);
        return new JsonObject
        {
            ["tokens"] = ViewHtml.Texts(_tokens),
            ["heads"] = ViewHtml.Texts(_layers.SelectMany(_ => Enumerable.Range(0, _headsPerLayer), (l, h) => $"{Number(l)}.{Number(h)}")),
            ["columns"] = _headsPerLayer,
            ["columnNames"] = ViewHtml.Texts(Enumerable.Range(0, _headsPerLayer).Select(Number)),
            ["rowNames"] = ViewHtml.Texts(_layers.Select(l => "L" + Number(l))),
            ["start"] = _start,
            ["causal"] = causal,
            ["patterns"] = ViewHtml.Pack(Bytes(n, heads, causal)),
            ["norms"] = norms,
        };
    }

    private bool IsCausal(int n, int heads)
    {
        for (int h = 0; h < heads; h++)
            for (int q = 0; q < n; q++)
                if (_patterns.AsSpan((h * n + q) * n + q + 1, n - q - 1).ContainsAnyExcept(0)) return false;
        return true;
    }

    /// <summary>Every share as ⌊255 √share⌉: the root keeps small shares apart. Keys after the query are left out of causal patterns.</summary>
    private byte[] Bytes(int n, int heads, bool causal)
    {
        List<byte> bytes = new(heads * n * (causal ? (n + 1) / 2 : n));
        for (int row = 0; row < heads * n; row++)
        {
            int visible = causal ? row % n + 1 : n;
            for (int k = 0; k < visible; k++)
                bytes.Add((byte)Math.Round(255 * Math.Sqrt(Math.Clamp(_patterns[row * n + k], 0, 1))));
        }
        return [.. bytes];
    }

    private static float[] ValueNorms(Tensor values, int example, int heads, int n)
    {
        // Grouped queries share their values: query head h reads key-value head h // (heads / key-value heads).
        int kvHeads = values.Shape[2], width = values.Shape[3];
        float[] norms = new float[heads * n];
        for (int h = 0; h < heads; h++)
            for (int k = 0; k < n; k++)
                norms[h * n + k] = System.Numerics.Tensors.TensorPrimitives.Norm<float>(values.Span.Slice(((example * n + k) * kvHeads + h / (heads / kvHeads)) * width, width));
        return norms;
    }

    private static int? LayerOf(string name)
    {
        string[] parts = name.Split('.');
        return parts is ["blocks", var layer, "attn", "hook_pattern"] && int.TryParse(layer, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;
    }

    private static string ValueName(int layer) => $"blocks.{layer}.attn.hook_v";
}
