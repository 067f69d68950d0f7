namespace Interp;

/// <summary>Random token sequences for head scores: uniform over a model's ordinary tokens.</summary>
public sealed class TokenSampler
{
    /// <summary>The share of tokens left out at each end of the frequencies (Olsson et al. 2022).</summary>
    private const double ExcludedShare = 0.04;

    private readonly int[] _ids;
    private readonly int? _bos;
    private readonly Rng _random;

    /// <summary>A sampler of the tokens that <paramref name="config"/> has, without its BOS and EOS.</summary>
    /// <param name="config">The model's shape.</param>
    /// <param name="seed">The seed; the same seed gives the same sequences.</param>
    /// <param name="frequencies">How often each id occurs; where given, the most and the least common 4 % are left out.</param>
    /// <exception cref="ArgumentException">The frequencies do not have one entry a token.</exception>
    public TokenSampler(TransformerConfig config, ulong seed, IReadOnlyList<double>? frequencies = null)
    {
        ArgumentNullException.ThrowIfNull(config);
        if (frequencies is not null && frequencies.Count != config.Vocabulary)
            throw new ArgumentException($"{frequencies.Count} frequencies for a vocabulary of {config.Vocabulary} tokens.", nameof(frequencies));
        int[] ids = [.. Enumerable.Range(0, config.Vocabulary).Where(id => id != config.BosToken && id != config.EosToken)];
        if (frequencies is not null)
        {
            ids = [.. ids.OrderBy(id => frequencies[id]).ThenBy(id => id)];
            int excluded = (int)(ids.Length * ExcludedShare);
            ids = ids[excluded..^excluded];
        }
        _ids = ids;
        _bos = config.BosToken;
        _random = new Rng(seed);
    }

    /// <summary>The ids that sequences are made of.</summary>
    public ReadOnlySpan<int> Ids => _ids;

    /// <summary>Random tokens, all different where the vocabulary is large enough.</summary>
    public int[] Distinct(int count)
    {
        int[] tokens = new int[count];
        if (count > _ids.Length)
        {
            for (int i = 0; i < count; i++) tokens[i] = _ids[_random.Next(_ids.Length)];
            return tokens;
        }
        // The first steps of a Fisher–Yates shuffle; the order that they leave is as random a start for the next call.
        for (int i = 0; i < count; i++)
        {
            int j = _random.Next(i, _ids.Length);
            (_ids[i], _ids[j]) = (_ids[j], _ids[i]);
            tokens[i] = _ids[i];
        }
        return tokens;
    }

    /// <summary>BOS (where the model has one) + <paramref name="period"/> random tokens, <paramref name="repeats"/> times, in each row; the rows differ.</summary>
    public Tokens Repeated(int rows, int period, int repeats)
    {
        int[][] all = new int[rows][];
        for (int b = 0; b < rows; b++)
        {
            int[] segment = Distinct(period);
            all[b] = WithBos(Enumerable.Range(0, period * repeats).Select(i => segment[i % period]));
        }
        return Tokens.FromRows(all);
    }

    /// <summary>BOS (where the model has one) + <paramref name="length"/> random tokens in each row, without repeats where the vocabulary is large enough.</summary>
    public Tokens Plain(int rows, int length)
    {
        int[][] all = new int[rows][];
        for (int b = 0; b < rows; b++) all[b] = WithBos(Distinct(length));
        return Tokens.FromRows(all);
    }

    /// <summary>Random tokens without BOS in each row.</summary>
    public Tokens WithoutBos(int rows, int length)
    {
        int[][] all = new int[rows][];
        for (int b = 0; b < rows; b++) all[b] = Distinct(length);
        return Tokens.FromRows(all);
    }

    private int[] WithBos(IEnumerable<int> tokens) => _bos is { } bos ? [bos, .. tokens] : [.. tokens];
}
