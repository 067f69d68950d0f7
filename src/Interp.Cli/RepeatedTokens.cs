namespace Interp.Cli;

/// <summary>What models run on where no prompt is given: random tokens that repeat, on which induction heads have something to do.</summary>
internal static class RepeatedTokens
{
    /// <summary>Rows of up to 25 random tokens, up to <paramref name="repeats"/> times: as much as the context holds.</summary>
    public static Tokens Of(TransformerConfig config, ulong seed, int rows, int repeats)
    {
        int room = config.Context - (config.BosToken is null ? 0 : 1), period = Math.Min(25, room / 2);
        if (period < 1) throw new UsageException($"A context of {config.Context} has no room for repeated tokens: give a prompt.");
        return new TokenSampler(config, seed).Repeated(rows, period, Math.Min(repeats, room / period));
    }
}
