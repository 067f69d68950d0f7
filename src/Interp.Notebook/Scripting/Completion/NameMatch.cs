namespace Interp.Notebook.Scripting.Completion;

/// <summary>Whether a name is meant by what was typed, as editors do it.</summary>
internal static class NameMatch
{
    /// <summary>How well a name fits: 0 the same beginning, 1 but for case, 2 by its humps (<c>rwc</c> or <c>RunCa</c> for <c>RunWithCache</c>); null not at all.</summary>
    public static int? Rank(string name, ReadOnlySpan<char> typed)
    {
        if (name.AsSpan().StartsWith(typed, StringComparison.Ordinal)) return 0;
        if (name.AsSpan().StartsWith(typed, StringComparison.OrdinalIgnoreCase)) return 1;
        return typed.Length > 1 && MatchesHumps(name, 0, typed) ? 2 : null;
    }

    /// <summary>Whether the typed letters are beginnings of the name's humps, in order, the first hump among them.</summary>
    private static bool MatchesHumps(ReadOnlySpan<char> name, int hump, ReadOnlySpan<char> typed)
    {
        if (typed.IsEmpty) return true;
        if (hump == name.Length || char.ToUpperInvariant(name[hump]) != char.ToUpperInvariant(typed[0])) return false;
        int length = 1;
        while (true)
        {
            // The rest begins at any later hump, or goes on in this one.
            if (length == typed.Length) return true;
            for (int next = NextHump(name, hump + length); next < name.Length; next = NextHump(name, next + 1))
                if (MatchesHumps(name, next, typed[length..])) return true;
            if (hump + length == name.Length || char.ToUpperInvariant(name[hump + length]) != char.ToUpperInvariant(typed[length])) return false;
            length++;
        }
    }

    private static int NextHump(ReadOnlySpan<char> name, int from)
    {
        for (int i = from; i < name.Length; i++)
            if (i > 0 && (char.IsUpper(name[i]) && !char.IsUpper(name[i - 1]) || char.IsUpper(name[i]) && i + 1 < name.Length && char.IsLower(name[i + 1]) || char.IsDigit(name[i]) && !char.IsDigit(name[i - 1]) || name[i - 1] == '_')) return i;
        return name.Length;
    }
}
