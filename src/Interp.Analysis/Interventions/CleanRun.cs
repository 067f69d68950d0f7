using Interp.Gemm;

namespace Interp.Interventions;

/// <summary>An undisturbed run with what reruns need, so that they start where they differ: after the attention of the edited layer.</summary>
internal sealed unsafe class CleanRun
{
    private readonly IHookedModel _model;
    private readonly Capture _capture;

    /// <summary>Runs <paramref name="model"/> on <paramref name="tokens"/>.</summary>
    /// <param name="model">The model.</param>
    /// <param name="tokens">[batch, position]</param>
    /// <param name="also">Further activations to keep (names or globs).</param>
    public CleanRun(IHookedModel model, Tokens tokens, params ReadOnlySpan<string> also)
    {
        (_model, Tokens) = (model, tokens);
        StartsMid = model.Config.DMlp > 0 && !model.Config.ParallelBlocks;
        _capture = new Capture(["blocks.*.attn.hook_z", StartsMid ? "blocks.*.hook_resid_mid" : "blocks.*.hook_resid_post", .. also]);
        Final = model.RunBlocks(model.Embed(tokens), 0, model.Config.Layers, _capture.Hooks).Keep();
    }

    /// <summary>The tokens of the run.</summary>
    public Tokens Tokens { get; }

    /// <summary>The residual stream after the last block.</summary>
    public Tensor Final { get; }

    /// <summary>True where the residual stream after attention enters the same block's MLP; else it leaves the block.</summary>
    public bool StartsMid { get; }

    /// <summary>The head outputs of a layer [batch, position, head, d_head].</summary>
    public Tensor Z(int layer) => _capture[$"blocks.{layer}.attn.hook_z"];

    /// <summary>A kept activation.</summary>
    public Tensor this[string name] => _capture[name];

    /// <summary>The residual stream after a layer's attention (in parallel blocks: after its MLP too), with nothing edited.</summary>
    public Tensor AfterAttention(int layer) => _capture[StartsMid ? $"blocks.{layer}.hook_resid_mid" : $"blocks.{layer}.hook_resid_post"];

    /// <summary>
    /// The residual stream after a layer's attention with one head replaced in each copy, at one position or all:
    /// [copies · batch, position, d_model]. A head's result is linear in z, so only (z' − z)·W_O is computed.
    /// </summary>
    public Tensor WithHeadsReplaced(int layer, ReadOnlySpan<Variant> variants, Replacement replacement)
    {
        Tensor clean = AfterAttention(layer), z = Z(layer), weight = _model.Parameters[$"blocks.{layer}.attn.W_O"];
        (int all, int width, int model, int rows) = (weight.Shape[0], weight.Shape[1], weight.Shape[2], clean.Shape[0] * clean.Shape[1]);
        int positions = clean.Shape[1];
        Tensor edited = Tensor.Empty(variants.Length * clean.Shape[0], clean.Shape[1], model);
        using (TensorScope.Begin())
        {
            Tensor change = Tensor.Empty(rows, width);
            fixed (float* w = weight.Span, d = change.Span, e = edited.Span)
            {
                for (int i = 0; i < variants.Length; i++)
                {
                    int h = variants[i].Head.Head, only = variants[i].Position;
                    clean.Span.CopyTo(edited.Span.Slice(i * clean.Length, clean.Length));
                    for (int row = 0; row < rows; row++)
                    {
                        ReadOnlySpan<float> old = z.Span.Slice(((row * all) + h) * width, width), other = replacement.At(row, h, all, width);
                        Span<float> difference = change.Span.Slice(row * width, width);
                        if (only >= 0 && row % positions != only)
                        {
                            difference.Clear();
                            continue;
                        }
                        for (int j = 0; j < width; j++) difference[j] = (other.IsEmpty ? 0 : other[j]) - old[j];
                    }
                    MatrixProduct.Multiply(new(d, rows, width), new(w + ((long)h * width * model), width, model), new(e + ((long)i * clean.Length), rows, model), accumulate: true);
                }
            }
        }
        return edited;
    }

    /// <summary>Hooks that force the patterns of this run on several copies of its rows, in the layers from <paramref name="start"/>; the run must have kept them.</summary>
    public Hooks ForcedPatterns(int start, int stop, int copies)
    {
        Hooks hooks = new();
        for (int l = start; l < stop; l++)
        {
            string name = $"blocks.{l}.attn.hook_pattern";
            Tensor pattern = this[name];
            hooks.Replace(name, copies == 1 ? pattern : Ops.Concat(0, [.. Enumerable.Repeat(pattern, copies)]));
        }
        return hooks;
    }

    /// <summary>Runs the rest of the model on residual streams from after the attention of <paramref name="layer"/>: the final residual.</summary>
    /// <param name="residual">[copies · batch, position, d_model]</param>
    /// <param name="layer">The layer.</param>
    /// <param name="hooks">Hooks of the rest.</param>
    /// <param name="read">The positions wanted, null for all. After the last attention positions no longer meet: the last MLP runs on these alone.</param>
    public Tensor Finish(Tensor residual, int layer, Hooks? hooks = null, int[]? read = null)
    {
        int layers = _model.Config.Layers, last = layers - 1;
        if (read is not null && StartsMid && layer < last)
        {
            Hooks withoutLast = new Hooks().Replace($"blocks.{last}.hook_mlp_out", Tensor.Zeros(residual.Shape));
            residual = Run(residual, layer, hooks is null ? withoutLast : withoutLast.AddAll(hooks));
            (layer, hooks) = (last, null);
        }
        if (read is null) return Run(residual, layer, hooks);
        return layer == last ? Run(Metric.Choose(residual, read), layer, hooks) : Metric.Choose(Run(residual, layer, hooks), read);
    }

    private Tensor Run(Tensor residual, int layer, Hooks? hooks) =>
        _model.RunBlocks(residual, StartsMid ? layer : layer + 1, _model.Config.Layers, hooks, fromMid: StartsMid);
}
