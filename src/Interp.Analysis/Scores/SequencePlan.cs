using System.Globalization;

namespace Interp.Scores;

/// <summary>Which sequences fit a model: the definition's, or the nearest that its context allows.</summary>
internal sealed record SequencePlan
{
    /// <summary>The most periods that prefix matching is tried at besides the definition's own.</summary>
    private const int MostPeriods = 5;

    private SequencePlan(int period, int repeats, int[] periods, int copying, IReadOnlyList<string> notes) =>
        (Period, Repeats, Periods, CopyingLength, Notes) = (period, repeats, periods, copying, notes);

    /// <summary>The period of the main sequences.</summary>
    public int Period { get; }

    /// <summary>How often it repeats.</summary>
    public int Repeats { get; }

    /// <summary>The periods over which prefix matching must hold.</summary>
    public IReadOnlyList<int> Periods { get; }

    /// <summary>The number of tokens of the copying samples.</summary>
    public int CopyingLength { get; }

    /// <summary>How this differs from the definition; empty where it does not.</summary>
    public IReadOnlyList<string> Notes { get; }

    /// <summary>The plan for a model.</summary>
    /// <exception cref="ArgumentException">The model's context has no room for one repeat.</exception>
    public static SequencePlan For(TransformerConfig config, HeadScoreOptions options)
    {
        int start = config.BosToken is null ? 0 : 1, room = config.Context - start;
        List<string> notes = [];
        if (start == 0) notes.Add("The model has no BOS token: the sequences have none.");
        (int period, int repeats) = (options.Period, options.Repeats);
        if (period * repeats > room)
        {
            // Four short repeats come before two long ones: the score needs queries in repeats 2–4.
            if (room / repeats < 4) repeats = 2;
            period = room / repeats;
            if (period < 2)
                throw new ArgumentException($"A context of {config.Context} positions is too short for a repeat; head scores need {start + 4} or more.", nameof(config));
            notes.Add(string.Create(CultureInfo.InvariantCulture,
                $"The context of {config.Context} is shorter than {start} + {options.Repeats} × {options.Period}: prefix matching is scored on {repeats} repeats of {period} tokens."));
        }
        int ordinary = config.Vocabulary - start - (config.EosToken is null ? 0 : 1);
        if (period > ordinary) notes.Add($"The vocabulary has {ordinary} ordinary tokens: a repeat of {period} holds some of them twice.");
        int copying = Math.Min(options.Period, config.Context);
        if (copying < options.Period) notes.Add($"Copying is scored on {copying} tokens.");
        return new SequencePlan(period, repeats, VariedPeriods(period), copying, notes);
    }

    /// <summary>
    /// Primes up to <paramref name="period"/>, largest first: with prime periods p a fixed offset d meets the targets (d + 1 a multiple of p) of
    /// at most one of them in any usual context.
    /// </summary>
    private static int[] VariedPeriods(int period)
    {
        List<int> periods = [];
        for (int p = period; p >= 5 && periods.Count < MostPeriods; p--)
            if (IsPrime(p)) periods.Add(p);
        for (int p = period; periods.Count < 2 && p >= 2; p--)
            if (!periods.Contains(p)) periods.Add(p);
        return [.. periods];
    }

    private static bool IsPrime(int n)
    {
        for (int d = 2; d * d <= n; d++)
            if (n % d == 0) return false;
        return true;
    }
}
