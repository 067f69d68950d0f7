using System.Globalization;

namespace Interp;

/// <summary>The residual stream in parts, from a cache: what direct logit attribution and the logit lens read.</summary>
/// <remarks>
/// <code>
/// var (logits, cache) = model.RunWithCache(tokens, ResidualAccessors.Names);
/// ResidualParts heads = cache.HeadResults(model);                        // at the last position
/// Tensor byHead = LogitAttribution.Of(model, heads, answers, wrong);     // [head, batch]
/// </code>
/// Each method takes the position to read (negative counts from the end).
/// </remarks>
public static class ResidualAccessors
{
    /// <summary>What a cache must hold for the first three methods: the residual stream, what is added to it, and the head outputs.</summary>
    public static IReadOnlyList<string> Names { get; } = ["hook_*", "*.hook_resid_*", "*_out", "*.hook_z"];

    /// <summary>The states of the stream: <c>0_pre</c>, (<c>0_mid</c>,) <c>1_pre</c>, …, <c>final_post</c>.</summary>
    public static ResidualParts AccumulatedResidual(this ActivationCache cache, IHookedModel model, int position = -1)
    {
        List<(string, Tensor)> parts = [];
        for (int l = 0; l < Config(cache, model).Layers; l++)
        {
            parts.Add(($"{l}_pre", cache[$"blocks.{l}.hook_resid_pre"]));
            if (HasMid(model)) parts.Add(($"{l}_mid", cache[$"blocks.{l}.hook_resid_mid"]));
        }
        parts.Add(("final_post", FinalResidual(cache, model)));
        return Assemble(cache, model, parts, position);
    }

    /// <summary>The parts that add up to the final stream: <c>embed</c>, (<c>pos_embed</c>,) <c>0_attn_out</c>, (<c>0_mlp_out</c>,) ….</summary>
    public static ResidualParts DecomposedResidual(this ActivationCache cache, IHookedModel model, int position = -1)
    {
        TransformerConfig config = Config(cache, model);
        List<(string, Tensor)> parts = [("embed", cache["hook_embed"])];
        if (config.Positions == PositionKind.Learned) parts.Add(("pos_embed", cache["hook_pos_embed"]));
        for (int l = 0; l < config.Layers; l++)
        {
            parts.Add(($"{l}_attn_out", cache[$"blocks.{l}.hook_attn_out"]));
            if (!config.AttentionOnly) parts.Add(($"{l}_mlp_out", cache[$"blocks.{l}.hook_mlp_out"]));
        }
        return Assemble(cache, model, parts, position);
    }

    /// <summary>Each head's result z·W_O: <c>L0H0</c>, <c>L0H1</c>, …. With the attention biases, the MLPs and the embeddings they add up to the final stream.</summary>
    public static ResidualParts HeadResults(this ActivationCache cache, IHookedModel model, int position = -1)
    {
        using var noGrad = Autograd.NoGrad();
        TransformerConfig config = Config(cache, model);
        Tensor first = cache["blocks.0.attn.hook_z"];
        int batch = first.Shape[0], positions = first.Shape[1], p = Position(position, positions);
        Tensor values = Tensor.Empty(config.Layers * config.Heads, batch, config.DModel);
        List<string> labels = [];
        for (int l = 0; l < config.Layers; l++)
        {
            // [batch, 1, head, d_model]
            Tensor results = Ops.HeadResults(Ops.Slice(cache[$"blocks.{l}.attn.hook_z"], 1, p, 1), model.Parameters[$"blocks.{l}.attn.W_O"]);
            for (int h = 0; h < config.Heads; h++)
            {
                labels.Add(string.Create(CultureInfo.InvariantCulture, $"L{l}H{h}"));
                for (int b = 0; b < batch; b++)
                    results.Span.Slice(((b * config.Heads) + h) * config.DModel, config.DModel).CopyTo(values.Span[(((((l * config.Heads) + h) * batch) + b) * config.DModel)..]);
            }
        }
        return new ResidualParts(labels, values, At(FinalResidual(cache, model), p));
    }

    /// <summary>What one head writes at the position for each source position it attends to, pattern·v·W_O: <c>source 0</c>, <c>source 1</c>, …; needs <c>hook_pattern</c> and <c>hook_v</c> of the layer.</summary>
    public static ResidualParts HeadSources(this ActivationCache cache, IHookedModel model, HeadId head, int position = -1)
    {
        using var noGrad = Autograd.NoGrad();
        TransformerConfig config = Config(cache, model);
        head.Check(config);
        Tensor pattern = cache.Pattern(head.Layer), v = cache[$"blocks.{head.Layer}.attn.hook_v"];
        int batch = v.Shape[0], positions = v.Shape[1], kvHeads = v.Shape[2], width = v.Shape[3], p = Position(position, positions);
        int kvHead = head.Head / (config.Heads / kvHeads);
        Tensor weighted = Tensor.Zeros(positions, batch, width);
        for (int b = 0; b < batch; b++)
            for (int k = 0; k <= p; k++)
            {
                float attention = pattern[b, head.Head, p, k];
                ReadOnlySpan<float> value = v.Span.Slice(((((b * positions) + k) * kvHeads) + kvHead) * width, width);
                Span<float> into = weighted.Span.Slice(((k * batch) + b) * width, width);
                for (int i = 0; i < width; i++) into[i] = attention * value[i];
            }
        Tensor values = Ops.MatMul(weighted, model.Parameters[$"blocks.{head.Layer}.attn.W_O"].Select(head.Head));
        return new ResidualParts([.. Enumerable.Range(0, positions).Select(k => $"source {k}")], values, At(FinalResidual(cache, model), p));
    }

    /// <summary>What each neuron of a layer writes, activation·W_out: <c>L0N0</c>, …; needs <c>mlp.hook_post</c> of the layer.</summary>
    public static ResidualParts Neurons(this ActivationCache cache, IHookedModel model, int layer, int position = -1)
    {
        TransformerConfig config = Config(cache, model);
        Tensor post = cache[$"blocks.{layer}.mlp.hook_post"], weight = model.Parameters[$"blocks.{layer}.mlp.W_out"];
        int batch = post.Shape[0], p = Position(position, post.Shape[1]);
        Tensor activations = At(post, p), values = Tensor.Empty(config.DMlp, batch, config.DModel);
        for (int n = 0; n < config.DMlp; n++)
            for (int b = 0; b < batch; b++)
                System.Numerics.Tensors.TensorPrimitives.Multiply(
                    weight.Span.Slice(n * config.DModel, config.DModel), activations[b, n], values.Span.Slice(((n * batch) + b) * config.DModel, config.DModel));
        return new ResidualParts([.. Enumerable.Range(0, config.DMlp).Select(n => $"L{layer}N{n}")], values, At(FinalResidual(cache, model), p));
    }

    private static ResidualParts Assemble(ActivationCache cache, IHookedModel model, List<(string Label, Tensor Value)> parts, int position)
    {
        int p = Position(position, parts[0].Value.Shape[1]);
        Tensor values = Ops.Concat(0, [.. parts.Select(part => At(part.Value, p).Reshape(1, part.Value.Shape[0], part.Value.Shape[2]))]);
        return new ResidualParts([.. parts.Select(part => part.Label)], values, At(FinalResidual(cache, model), p));
    }

    /// <summary>[batch, position, width] → [batch, width].</summary>
    private static Tensor At(Tensor activation, int position) => Ops.Slice(activation, 1, position, 1).Reshape(activation.Shape[0], activation.Shape[2]);

    private static int Position(int position, int positions)
    {
        int p = position < 0 ? position + positions : position;
        return (uint)p < (uint)positions ? p : throw new ArgumentOutOfRangeException(nameof(position), position, $"The run has {positions} positions.");
    }

    private static Tensor FinalResidual(ActivationCache cache, IHookedModel model) => cache[$"blocks.{model.Config.Layers - 1}.hook_resid_post"];

    private static bool HasMid(IHookedModel model) => !model.Config.AttentionOnly && !model.Config.ParallelBlocks;

    private static TransformerConfig Config(ActivationCache cache, IHookedModel model)
    {
        ArgumentNullException.ThrowIfNull(cache);
        ArgumentNullException.ThrowIfNull(model);
        return model.Config;
    }
}
