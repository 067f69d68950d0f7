namespace Interp.Tokenizers;

/// <summary>A token that is found in text before the merges see it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Content">Its text.</param>
/// <param name="Special">Whether it is a control token rather than text.</param>
/// <param name="SingleWord">Only between characters that are not of a word.</param>
/// <param name="LeftStrip">Takes white space before it along.</param>
/// <param name="RightStrip">Takes white space after it along.</param>
/// <param name="Normalized">Sought in the normalized text, not in the raw one.</param>
internal sealed record AddedToken(
    int Id, string Content, bool Special, bool SingleWord = false, bool LeftStrip = false, bool RightStrip = false, bool Normalized = false);

/// <summary>Finds added tokens in text: leftmost, then longest.</summary>
internal sealed class AddedTokenFinder
{
    // A trie: an edge is (node, character); node 0 is the root.
    private readonly Dictionary<(int Node, char Character), int> _edges = [];
    private readonly Dictionary<int, AddedToken> _ends = [];
    private readonly System.Buffers.SearchValues<char> _starts;

    /// <param name="tokens">The tokens.</param>
    /// <param name="text">The text by which a token is found.</param>
    public AddedTokenFinder(IEnumerable<AddedToken> tokens, Func<AddedToken, string> text)
    {
        HashSet<char> starts = [];
        int nodes = 1;
        foreach (AddedToken token in tokens)
        {
            string content = text(token);
            if (content.Length == 0) continue;
            starts.Add(content[0]);
            int node = 0;
            foreach (char c in content)
            {
                if (!_edges.TryGetValue((node, c), out int next)) _edges.Add((node, c), next = nodes++);
                node = next;
            }
            _ends.TryAdd(node, token);
        }
        _starts = System.Buffers.SearchValues.Create([.. starts]);
    }

    /// <summary>The first token at or after <paramref name="from"/>, and the text [start, end) that it takes; null where there is none.</summary>
    public AddedToken? Find(ReadOnlySpan<char> text, int from, out int start, out int end)
    {
        for (int i = from; ; i++)
        {
            int skip = text[i..].IndexOfAny(_starts);
            if (skip < 0)
            {
                (start, end) = (text.Length, text.Length);
                return null;
            }
            i += skip;
            if (LongestAt(text, i) is not (AddedToken token, int length)) continue;
            (start, end) = (i, i + length);
            if (token.SingleWord && ((start > 0 && IsWord(text[start - 1])) || (end < text.Length && IsWord(text[end])))) continue;
            if (token.LeftStrip) while (start > from && char.IsWhiteSpace(text[start - 1])) start--;
            if (token.RightStrip) while (end < text.Length && char.IsWhiteSpace(text[end])) end++;
            return token;
        }
    }

    private (AddedToken Token, int Length)? LongestAt(ReadOnlySpan<char> text, int start)
    {
        (AddedToken, int)? longest = null;
        for (int node = 0, i = start; i < text.Length && _edges.TryGetValue((node, text[i]), out node); i++)
            if (_ends.TryGetValue(node, out AddedToken? token)) longest = (token, i + 1 - start);
        return longest;
    }

    private static bool IsWord(char c) => char.IsLetterOrDigit(c) || c == '_';
}
