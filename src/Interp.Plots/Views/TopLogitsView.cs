using System.Numerics.Tensors;
using System.Text.Json.Nodes;
using Interp.Rendering;

namespace Interp;

/// <summary>What a model expects after each token: pointing at a token shows its likeliest continuations and how the one that came was ranked; the text is shaded by the probability each token was given.</summary>
public sealed class TopLogitsView : HtmlView
{
    private readonly IReadOnlyList<string> _tokens;
    private readonly (string Token, double Logit, double Probability)[][] _top;
    private readonly (double Probability, int Rank)?[] _given;

    private TopLogitsView(IReadOnlyList<string> tokens, (string, double, double)[][] top, (double, int)?[] given, string? title) : base(title) => (_tokens, _top, _given) = (tokens, top, given);

    /// <summary>A view of a run's logits.</summary>
    /// <param name="logits">[position, vocabulary], or [batch, position, vocabulary].</param>
    /// <param name="ids">The token ids of the row, as many as positions.</param>
    /// <param name="text">A token's text.</param>
    /// <param name="count">How many continuations to show.</param>
    /// <param name="example">Which row of the batch.</param>
    /// <param name="title">What stands above it.</param>
    /// <exception cref="ArgumentException">The shapes do not agree.</exception>
    public static TopLogitsView Of(Tensor logits, ReadOnlySpan<int> ids, Func<int, string> text, int count = 10, int example = 0, string? title = null)
    {
        ArgumentNullException.ThrowIfNull(logits);
        ArgumentNullException.ThrowIfNull(text);
        int rank = logits.Rank;
        if (rank is not (2 or 3) || logits.Shape[^2] != ids.Length)
            throw new ArgumentException($"The logits are [{string.Join(", ", logits.Shape.ToArray())}] and must be [batch, {ids.Length}, vocabulary] for {ids.Length} tokens.", nameof(logits));
        int batch = rank == 3 ? logits.Shape[0] : 1, vocabulary = logits.Shape[^1];
        if (example < 0 || example >= batch) throw new ArgumentOutOfRangeException(nameof(example), example, $"The batch has {batch} rows.");

        var top = new (string, double, double)[ids.Length][];
        var given = new (double, int)?[ids.Length];
        for (int p = 0; p < ids.Length; p++)
        {
            ReadOnlySpan<float> row = logits.Span.Slice((example * ids.Length + p) * vocabulary, vocabulary);
            double largest = TensorPrimitives.Max(row), sum = 0;
            foreach (float x in row) sum += Math.Exp(x - largest);
            double Probability(float logit) => Math.Exp(logit - largest) / sum;
            top[p] = [.. Best(row, count).Select(i => (text(i.Id), (double)i.Logit, Probability(i.Logit)))];
            if (p + 1 == ids.Length) continue;
            float came = row[ids[p + 1]];
            int above = 0;
            foreach (float x in row) if (x > came) above++;
            given[p + 1] = (Probability(came), above + 1);
        }
        return new TopLogitsView([.. ids.ToArray().Select(text)], top, given, title);
    }

    private protected override string Kind => "toplogits";

    private protected override JsonObject Data() => new()
    {
        ["tokens"] = ViewHtml.Texts(_tokens),
        ["start"] = Math.Max(0, _tokens.Count - 2),
        ["top"] = new JsonArray([.. _top.Select(row => new JsonArray([.. row.Select(t => new JsonArray(t.Token, t.Logit, t.Probability))]))]),
        ["given"] = new JsonArray([.. _given.Select(g => g is { } x ? new JsonArray(x.Probability, x.Rank) : null)]),
    };

    /// <summary>The largest logits, falling; of equal ones the lower id first.</summary>
    private static (int Id, float Logit)[] Best(ReadOnlySpan<float> row, int count)
    {
        PriorityQueue<int, (float, int)> kept = new();
        for (int i = 0; i < row.Length; i++)
        {
            kept.Enqueue(i, (row[i], -i));
            if (kept.Count > count) kept.Dequeue();
        }
        var best = new (int, float)[kept.Count];
        for (int place = best.Length - 1; place >= 0; place--)
        {
            int id = kept.Dequeue();
            best[place] = (id, row[id]);
        }
        return best;
    }
}
