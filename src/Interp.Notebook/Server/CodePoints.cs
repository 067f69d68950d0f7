namespace Interp.Notebook.Server;

/// <summary>Positions in a text: Jupyter counts Unicode code points, .NET UTF-16 units.</summary>
internal static class CodePoints
{
    /// <summary>The UTF-16 index of the code point at <paramref name="position"/>; a position outside the text becomes its nearest end.</summary>
    public static int ToUtf16(string text, int position)
    {
        int index = 0;
        for (int i = 0; i < position && index < text.Length; i++) index += IsPair(text, index) ? 2 : 1;
        return index;
    }

    /// <summary>How many code points stand before a UTF-16 index.</summary>
    public static int FromUtf16(string text, int index)
    {
        int position = 0;
        for (int i = 0; i < Math.Min(index, text.Length); i += IsPair(text, i) ? 2 : 1) position++;
        return position;
    }

    private static bool IsPair(string text, int index) => index + 1 < text.Length && char.IsSurrogatePair(text[index], text[index + 1]);
}
