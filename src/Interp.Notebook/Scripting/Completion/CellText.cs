using Interp.Notebook.Scripting.Magics;

namespace Interp.Notebook.Scripting.Completion;

/// <summary>The C# of a cell that is being written, however unfinished: magics and markup blanked out, so that positions stay.</summary>
internal static class CellText
{
    /// <summary>The cell with everything but C# blanked out.</summary>
    public static string CSharp(string code)
    {
        if (!code.Contains('#', StringComparison.Ordinal)) return code;
        char[] text = code.ToCharArray();
        bool isCSharp = true;
        for (int start = 0; start < code.Length;)
        {
            int end = code.IndexOf('\n', start) is >= 0 and var at ? at : code.Length;
            ReadOnlySpan<char> line = code.AsSpan(start, end - start).Trim();
            bool isMagic = line.StartsWith("#!");
            if (isMagic && LanguageOf(line) is { } language) isCSharp = language == MagicCell.CSharp;
            if (isMagic || !isCSharp || line.StartsWith("#i ") || line.StartsWith("#i\"")) text.AsSpan(start, end - start).Fill(' ');
            start = end + 1;
        }
        return new string(text);
    }

    /// <summary>The line up to a position.</summary>
    public static string LineBefore(string code, int position)
    {
        int start = position == 0 ? 0 : code.LastIndexOf('\n', position - 1) + 1;
        return code[start..position];
    }

    private static string? LanguageOf(ReadOnlySpan<char> line)
    {
        string name = line[2..].ToString().Split(' ', '\t')[0];
        return MagicCell.Languages.FirstOrDefault(l => l.Name.Equals(name, StringComparison.OrdinalIgnoreCase) || l.Aliases.Contains(name, StringComparer.OrdinalIgnoreCase)).Name;
    }
}
