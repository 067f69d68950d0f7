using System.Runtime.InteropServices;
using System.Text;
using Interp.Files;

namespace Interp.Tokenizers;

/// <summary>What a run of encoding remembers: the ids of pieces it has seen.</summary>
internal sealed class PieceCache
{
    // Bounds the memory: about 10 MB of ordinary words.
    private const int MaxPieces = 1 << 16, MaxLength = 64;

    private readonly Dictionary<string, int[]> _ids = [];

    public bool TryGet(ReadOnlySpan<char> piece, out int[]? ids)
    {
        ids = null;
        return piece.Length <= MaxLength && _ids.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(piece, out ids);
    }

    public void Add(ReadOnlySpan<char> piece, ReadOnlySpan<int> ids)
    {
        if (piece.Length > MaxLength) return;
        if (_ids.Count == MaxPieces) _ids.Clear();
        _ids.Add(piece.ToString(), ids.ToArray());
    }
}

/// <summary>The ids of one piece of text.</summary>
internal sealed class PieceEncoder
{
    private readonly BpeDefinition _definition;
    private readonly int[] _ofByte = new int[256];
    private readonly Dictionary<int, int> _ofRune = [];
    private readonly char? _boundary;

    public PieceEncoder(BpeDefinition definition)
    {
        _definition = definition;
        Dictionary<string, int> ids = definition.Vocabulary.Ids;
        for (int b = 0; b < 256; b++)
            _ofByte[b] = ids.GetValueOrDefault(definition.ByteLevel ? ByteText.Character((byte)b).ToString() : $"<0x{b:X2}>", -1);
        if (definition.ByteLevel) return;
        foreach ((string token, int id) in ids)
            if (token.Length > 0 && Rune.DecodeFromUtf16(token, out Rune rune, out int used) == System.Buffers.OperationStatus.Done && used == token.Length)
                _ofRune[rune.Value] = id;
        _boundary = IsBoundary('▁') ? '▁' : IsBoundary(' ') ? ' ' : null;
    }

    /// <summary>Adds the ids of a piece.</summary>
    public void Encode(ReadOnlySpan<char> piece, PieceCache cache, List<int> ids)
    {
        while (!piece.IsEmpty)
        {
            int length = _boundary is char c ? EndOfWord(piece, c) : piece.Length;
            EncodeWord(piece[..length], cache, ids);
            piece = piece[length..];
        }
    }

    /// <summary>Whether no merge joins something else with a following <paramref name="c"/>: then words can be merged one by one, and remembered.</summary>
    private bool IsBoundary(char c)
    {
        if (_definition.IgnoreMerges || !_ofRune.ContainsKey(c)) return false;
        foreach (Merge merge in _definition.Vocabulary.Merges)
        {
            string token = _definition.Vocabulary.Tokens[merge.Result]!;
            for (int i = 1; i < token.Length; i++)
                if (token[i] == c && token[i - 1] != c) return false;
        }
        return true;
    }

    private static int EndOfWord(ReadOnlySpan<char> piece, char boundary)
    {
        int start = piece.IndexOfAnyExcept(boundary);
        if (start < 0) return piece.Length;
        int next = piece[start..].IndexOf(boundary);
        return next < 0 ? piece.Length : start + next;
    }

    private void EncodeWord(ReadOnlySpan<char> word, PieceCache cache, List<int> ids)
    {
        if (cache.TryGet(word, out int[]? known))
        {
            ids.AddRange(known!);
            return;
        }
        int start = ids.Count;
        if (_definition.IgnoreMerges && WholeWord(word) is int whole) ids.Add(whole);
        else
        {
            if (_definition.ByteLevel) AddBytes(word, ids);
            else AddCharacters(word, ids);
            int left = _definition.Vocabulary.Apply(CollectionsMarshal.AsSpan(ids)[start..]);
            CollectionsMarshal.SetCount(ids, start + left);
        }
        cache.Add(word, CollectionsMarshal.AsSpan(ids)[start..]);
    }

    private int? WholeWord(ReadOnlySpan<char> word)
    {
        string token = word.ToString();
        if (_definition.ByteLevel) token = ByteText.Characters(Encoding.UTF8.GetBytes(token));
        return _definition.Vocabulary.Ids.TryGetValue(token, out int id) ? id : null;
    }

    private void AddBytes(ReadOnlySpan<char> word, List<int> ids)
    {
        Span<byte> utf8 = stackalloc byte[4];
        int start = ids.Count;
        foreach (Rune rune in word.EnumerateRunes())
        {
            int count = rune.EncodeToUtf8(utf8);
            foreach (byte b in utf8[..count])
            {
                if (_ofByte[b] >= 0) ids.Add(_ofByte[b]);
                else AddUnknown(ids, start, rune);
            }
        }
    }

    private void AddCharacters(ReadOnlySpan<char> word, List<int> ids)
    {
        Span<byte> utf8 = stackalloc byte[4];
        int start = ids.Count;
        foreach (Rune rune in word.EnumerateRunes())
        {
            if (_ofRune.TryGetValue(rune.Value, out int id))
            {
                ids.Add(id);
                continue;
            }
            int count = rune.EncodeToUtf8(utf8);
            if (_definition.ByteFallback && HasAllBytes(utf8[..count]))
                foreach (byte b in utf8[..count]) ids.Add(_ofByte[b]);
            else AddUnknown(ids, start, rune);
        }
    }

    private bool HasAllBytes(ReadOnlySpan<byte> bytes)
    {
        foreach (byte b in bytes)
            if (_ofByte[b] < 0) return false;
        return true;
    }

    private void AddUnknown(List<int> ids, int start, Rune rune)
    {
        int unknown = _definition.Unknown
            ?? throw new ModelFileException(_definition.Path, $"its vocabulary has no token for the character '{rune}' (U+{rune.Value:X4}) and no unknown token.");
        if (!(_definition.FuseUnknown && ids.Count > start && ids[^1] == unknown)) ids.Add(unknown);
    }
}
