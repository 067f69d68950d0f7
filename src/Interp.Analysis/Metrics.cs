using Interp.Sweeps;

namespace Interp;

/// <summary>The usual metrics. Each gives one number a sequence; analyses report the mean over sequences.</summary>
public static class Metrics
{
    /// <summary>logit[answer] − logit[wrong] at a position.</summary>
    /// <param name="answers">A token a row.</param>
    /// <param name="wrong">A token a row.</param>
    /// <param name="position">The position that predicts; negative counts from the end.</param>
    public static Metric LogitDifference(IReadOnlyList<int> answers, IReadOnlyList<int> wrong, int position = -1)
    {
        int[] right = [.. answers], other = [.. wrong];
        return Metric.OfLogits("logit difference", logits => Ops.Gather(Rows(logits), right) - Ops.Gather(Rows(logits), other), position).MadeFrom($"{Text(right)} - {Text(other)}");
    }

    /// <summary>The probability of the answer at a position.</summary>
    /// <inheritdoc cref="LogitDifference"/>
    public static Metric Probability(IReadOnlyList<int> answers, int position = -1)
    {
        int[] right = [.. answers];
        return Metric.OfLogits("probability", logits => Ops.Exp(Ops.Gather(Ops.LogSoftmax(Rows(logits)), right)), position).MadeFrom(Text(right));
    }

    /// <summary>The answer's log-probability at a position, in nats.</summary>
    /// <inheritdoc cref="LogitDifference"/>
    public static Metric LogProbability(IReadOnlyList<int> answers, int position = -1)
    {
        int[] right = [.. answers];
        return Metric.OfLogits("log-probability", logits => Ops.Gather(Ops.LogSoftmax(Rows(logits)), right), position).MadeFrom(Text(right));
    }

    /// <summary>1 where the answer has the largest logit at a position, else 0 (without a gradient).</summary>
    /// <inheritdoc cref="LogitDifference"/>
    public static Metric Accuracy(IReadOnlyList<int> answers, int position = -1)
    {
        int[] right = [.. answers];
        return Metric.OfLogits("accuracy", logits =>
        {
            int vocabulary = logits.Shape[^1];
            float[] hits = [.. right.Select((answer, b) => System.Numerics.Tensors.TensorPrimitives.IndexOfMax(logits.Span.Slice(b * vocabulary, vocabulary)) == answer ? 1f : 0f)];
            return Tensor.From(hits, hits.Length);
        }, position).MadeFrom(Text(right));
    }

    /// <summary>KL(clean ‖ run) of the next-token distributions in nats, averaged over the positions read.</summary>
    /// <param name="cleanLogits">[batch, position, vocabulary] of the clean run.</param>
    /// <param name="positions">The positions compared, negative from the end; none for all.</param>
    public static Metric KlToClean(Tensor cleanLogits, params int[] positions)
    {
        ArgumentNullException.ThrowIfNull(cleanLogits);
        Tensor chosen = positions is { Length: > 0 }
            ? Ops.Concat(1, [.. positions.Select(p => Ops.Slice(cleanLogits, 1, p, 1))])
            : cleanLogits;
        Tensor clean = Ops.LogSoftmax(chosen).Detach().Keep(), probability = Ops.Exp(clean).Keep();
        return Metric.OfLogits("KL to clean", logits =>
            Ops.Mean(Ops.Sum(probability * (clean - Ops.LogSoftmax(logits)), -1), -1), positions ?? []).MadeFrom(Fingerprint.Of(clean.Span));
    }

    /// <summary>The mean loss of each sequence, in nats.</summary>
    public static Metric Loss { get; } = Metric.OfLosses("loss", losses => Ops.Mean(losses, -1));

    /// <summary>The loss of predicting the token at <paramref name="position"/> (1 or more), in nats.</summary>
    public static Metric LossAt(int position)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(position, 1);
        return Metric.OfLosses($"loss at {position}", losses => Ops.Slice(losses, 1, position - 1, 1).Reshape(losses.Shape[0]));
    }

    /// <summary>The in-context learning score of each sequence (<see cref="Interp.InContextScore"/>), in nats.</summary>
    public static Metric InContextScore(InContextIndices? indices = null) => Metric.OfLosses("in-context score", losses =>
    {
        InContextIndices i = indices ?? InContextIndices.For(losses.Shape[1] + 1);
        return Ops.Mean(Ops.Slice(losses, 1, i.LateFirst - 1, i.LateLast - i.LateFirst + 1), -1)
            - Ops.Mean(Ops.Slice(losses, 1, i.EarlyFirst - 1, i.EarlyLast - i.EarlyFirst + 1), -1);
    }).MadeFrom($"{indices}");

    /// <summary>The before-and-after projection of the run's per-token-loss vector (<see cref="Interp.BeforeAndAfter"/>).</summary>
    /// <param name="direction">v [batch].</param>
    /// <param name="normal">The loss vector without intervention [batch].</param>
    /// <param name="chosen">The chosen entries [batch], from <see cref="TokenLosses.Choose"/>.</param>
    public static Metric BeforeAndAfter(IReadOnlyList<float> direction, IReadOnlyList<float> normal, IReadOnlyList<int> chosen)
    {
        int[] entries = [.. chosen];
        Tensor v = Tensor.From([.. direction], direction.Count), reference = Tensor.From([.. normal], normal.Count);
        return Metric.OfLosses("before-and-after projection", losses => Ops.Sum(v * (Ops.Gather(losses, entries) - reference)))
            .MadeFrom($"{Text(entries)} {Fingerprint.Of(v.Span)} {Fingerprint.Of(reference.Span)}");
    }

    private static string Text(int[] values) => string.Join(',', values);

    /// <summary>Logits of one position [batch, 1, vocabulary] as [batch, vocabulary].</summary>
    private static Tensor Rows(Tensor logits) => logits.Reshape(logits.Shape[0], logits.Shape[2]);
}
