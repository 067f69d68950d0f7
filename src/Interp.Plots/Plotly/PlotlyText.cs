namespace Interp.Plotly;

/// <summary>Text for figures. Plotly reads a few HTML tags in labels, so text that is not ours must be escaped.</summary>
public static class PlotlyText
{
    /// <summary><paramref name="text"/> as it will be read, with &amp;, &lt; and &gt; escaped.</summary>
    public static string Escape(string text) =>
        text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal);

    // A label longer than this takes the room of the plot.
    private const int LabelLength = 12;

    /// <summary>A token as a label: white space made visible (␣ ↵ ⇥), tags escaped, cut to 12 characters.</summary>
    public static string Token(string token)
    {
        string visible = VisibleToken(token);
        return Escape(visible.Length <= LabelLength ? visible : string.Concat(visible.AsSpan(0, LabelLength - 1), "…"));
    }

    /// <summary>A token with its white space made visible: a leading or lone blank as ␣, a line end as ↵, a tab as ⇥.</summary>
    public static string VisibleToken(string token) => token.Length == 0 ? "∅" : token.Replace(' ', '␣').Replace("\r", "", StringComparison.Ordinal).Replace('\n', '↵').Replace('\t', '⇥');
}
