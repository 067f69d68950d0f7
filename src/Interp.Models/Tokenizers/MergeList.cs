using Interp.Files;

namespace Interp.Tokenizers;

/// <summary>Merges by the texts of their tokens, in order of rank.</summary>
internal sealed class MergeList
{
    private readonly Dictionary<string, int> _ids = [];
    private readonly List<Merge> _merges = [];
    private readonly Func<string, ModelFileException> _error;

    /// <param name="tokens">The tokens by id.</param>
    /// <param name="error">Makes the error of a merge that cannot be.</param>
    public MergeList(string?[] tokens, Func<string, ModelFileException> error)
    {
        _error = error;
        for (int id = 0; id < tokens.Length; id++)
            if (tokens[id] is string token) _ids.TryAdd(token, id);
    }

    /// <summary>Adds "left right".</summary>
    public void Add(string merge)
    {
        int space = merge.IndexOf(' ', StringComparison.Ordinal);
        if (space < 1 || space == merge.Length - 1 || merge.IndexOf(' ', space + 1) >= 0) throw _error($"the merge '{merge}' (number {_merges.Count}) is not two tokens with a space between.");
        Add(merge[..space], merge[(space + 1)..]);
    }

    /// <summary>Adds a merge of the next rank.</summary>
    public void Add(string left, string right)
    {
        _merges.Add(new Merge(Id(left), Id(right), Id(left + right), _merges.Count));

        int Id(string token) => _ids.TryGetValue(token, out int id)
            ? id : throw _error($"the merge of '{left}' and '{right}' (number {_merges.Count}) needs the token '{token}', which is not in the vocabulary.");
    }

    public Merge[] ToArray() => [.. _merges];
}
