namespace Interp;

/// <summary>What an intervention is measured by: a function of the logits or of the losses, one number a sequence.</summary>
/// <remarks>
/// <para>A metric says which positions it reads, so that the unembedding is computed there only; one of losses never stores logits. Where a
/// gradient is needed the function must be made of <see cref="Ops"/>. The usual ones are in <see cref="Metrics"/>; any lambda makes one:</para>
/// <code>
/// Metric metric = Metric.OfLogits("difference", logits => logits[0, 0, 42] - logits[0, 0, 17], position: -1);
/// </code>
/// </remarks>
public sealed class Metric
{
    private readonly Func<Tensor, Tensor> _read;
    private readonly bool _losses;
    private readonly int[]? _positions;

    private Metric(string name, Func<Tensor, Tensor> read, bool losses, int[]? positions, string about = "") => (Name, _read, _losses, _positions, About) = (name, read, losses, positions, about);

    /// <summary>Its name in tables.</summary>
    public string Name { get; }

    /// <summary>The positions whose logits are read; null for all.</summary>
    public IReadOnlyList<int>? Positions => _positions;

    /// <summary>What two metrics of one name may differ in, such as their answers: a sweep's results belong to one of them.</summary>
    internal string About { get; }

    /// <summary>True for a metric of the losses, false for one of the logits.</summary>
    internal bool ReadsLosses => _losses;

    /// <summary>A metric of the logits at some positions.</summary>
    /// <param name="name">Its name in tables.</param>
    /// <param name="read">Logits [batch, positions read, vocabulary] → [batch] or a scalar.</param>
    /// <param name="positions">The positions read, negative from the end; none for all.</param>
    public static Metric OfLogits(string name, Func<Tensor, Tensor> read, params int[] positions)
    {
        ArgumentNullException.ThrowIfNull(read);
        ArgumentNullException.ThrowIfNull(positions);
        return new(name, read, false, positions.Length == 0 ? null : [.. positions]);
    }

    /// <summary>A metric of the logits at some positions that is a plain number (without a gradient).</summary>
    /// <inheritdoc cref="OfLogits(string, Func{Tensor, Tensor}, int[])"/>
    public static Metric OfLogits(string name, Func<Tensor, double> read, params int[] positions) =>
        OfLogits(name, logits => Tensor.Full((float)read(logits)), positions);

    /// <summary>A metric of the losses in nats.</summary>
    /// <param name="name">Its name in tables.</param>
    /// <param name="read">Losses [batch, position − 1] → [batch] or a scalar.</param>
    public static Metric OfLosses(string name, Func<Tensor, Tensor> read)
    {
        ArgumentNullException.ThrowIfNull(read);
        return new(name, read, true, null);
    }

    /// <summary>A metric of the losses that is a plain number (without a gradient).</summary>
    /// <inheritdoc cref="OfLosses(string, Func{Tensor, Tensor})"/>
    public static Metric OfLosses(string name, Func<Tensor, double> read) => OfLosses(name, losses => Tensor.Full((float)read(losses)));

    /// <summary>The same metric, told from others of its name by what it is made from.</summary>
    internal Metric MadeFrom(string about) => new(Name, _read, _losses, _positions, about);

    /// <summary>The metric of a plain run: the mean over the rows.</summary>
    public double Of(IHookedModel model, Tokens tokens, Hooks? hooks = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        using var noGrad = Autograd.NoGrad();
        using var scope = TensorScope.Begin();
        return Mean(Evaluate(new Readout(model), model.RunBlocks(model.Embed(tokens, hooks), 0, model.Config.Layers, hooks), tokens).Single());
    }

    /// <summary>The metric's values of each copy of the batch: a final residual [copies · batch, position, d_model] → one tensor a copy, [batch] or a scalar.</summary>
    /// <param name="readout">The model's end.</param>
    /// <param name="residual">The final residual.</param>
    /// <param name="tokens">[batch, position]</param>
    /// <param name="losses">The residual's losses, where they are known already.</param>
    /// <param name="kept">The positions that the residual holds, where it does not hold all of them.</param>
    internal Tensor[] Evaluate(Readout readout, Tensor residual, Tokens tokens, Tensor? losses = null, int[]? kept = null)
    {
        int copies = residual.Shape[0] / tokens.Batch;
        Tensor all = _losses ? losses ?? readout.Losses(residual, tokens)
            : _positions is null ? residual
            : Choose(residual, kept is null ? _positions : Array.ConvertAll(_positions, p => Array.IndexOf(kept, FromStart(p, tokens))));
        Tensor[] values = new Tensor[copies];
        for (int c = 0; c < copies; c++)
        {
            Tensor rows = Ops.Slice(all, 0, c * tokens.Batch, tokens.Batch);
            values[c] = _read(_losses ? rows : readout.Logits(rows));
        }
        return values;
    }

    /// <summary>The mean of a metric's values.</summary>
    internal static double Mean(Tensor values)
    {
        double sum = 0;
        foreach (float value in values.Span) sum += value;
        return sum / values.Length;
    }

    /// <summary>The positions read, counted from the start; null for all.</summary>
    internal int[]? PositionsOf(Tokens tokens) => _positions is null ? null : Array.ConvertAll(_positions, p => FromStart(p, tokens));

    private static int FromStart(int position, Tokens tokens) => position < 0 ? position + tokens.Positions : position;

    /// <summary>Some positions [rows, chosen, d_model] of a residual stream.</summary>
    internal static Tensor Choose(Tensor residual, int[] positions) =>
        positions.Length == 1
            ? Ops.Slice(residual, 1, positions[0], 1)
            : Ops.Concat(1, [.. positions.Select(p => Ops.Slice(residual, 1, p, 1))]);
}
