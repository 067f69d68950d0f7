using System.Numerics;

namespace Interp.Tokenizers;

/// <summary>Where a long piece may be cut: between two symbols that no merge ever brings together.</summary>
/// <remarks>
/// A merge's text is those of its two tokens in sequence. So one that reaches across a place has a token to its left that ends with the character before
/// the place, and one to its right that begins with the character after it. Where the vocabulary has no such merge, both sides merge by themselves.
/// </remarks>
internal sealed class MergeSeams
{
    // A bit a hash of two characters. Where different ones meet in a bit, a cut is missed, which costs only time.
    private const int Bits = 1 << 17;

    private readonly ulong[] _joined = new ulong[Bits / 64];
    private readonly char[] _first, _last;

    public MergeSeams(string?[] tokens, Merge[] merges)
    {
        (_first, _last) = (new char[tokens.Length], new char[tokens.Length]);
        for (int id = 0; id < tokens.Length; id++)
            if (tokens[id] is { Length: > 0 } token) (_first[id], _last[id]) = (token[0], token[^1]);
        foreach (Merge merge in merges)
        {
            uint bit = Bit(_last[merge.Left], _first[merge.Right]);
            _joined[bit / 64] |= 1UL << (int)bit;
        }
    }

    /// <summary>How many symbols there are up to the first cut, which lies behind the last symbol at the latest.</summary>
    public int Next(ReadOnlySpan<int> symbols)
    {
        for (int i = 1; i < symbols.Length; i++)
        {
            uint bit = Bit(_last[symbols[i - 1]], _first[symbols[i]]);
            if ((_joined[bit / 64] & (1UL << (int)bit)) == 0) return i;
        }
        return symbols.Length;
    }

    private static uint Bit(char last, char first) => (((uint)last << 16 | first) * 0x9E3779B1) >> (32 - BitOperations.Log2(Bits));
}
