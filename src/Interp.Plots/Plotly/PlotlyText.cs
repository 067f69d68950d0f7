namespace Interp.Plotly;

/// <summary>Text for figures. Plotly reads a few HTML tags in labels, so text that is not ours must be escaped.</summary>
public static class PlotlyText
{
    /// <summary><paramref name="text"/> as it will be read, with &amp;, &lt; and &gt; escaped.</summary>
    public static string Escape(string text) =>
        text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal);

    /// <summary>A token as a label: white space made visible (␣ ↵ ⇥), tags escaped.</summary>
    public static string Token(string token) => Escape(VisibleToken(token));

    /// <summary>A token with its white space made visible: a leading or lone blank as ␣, a line end as ↵, a tab as ⇥.</summary>
    public static string VisibleToken(string token) => token.Length == 0 ? "∅" : token.Replace(' ', '␣').Replace("\r", "", StringComparison.Ordinal).Replace('\n', '↵').Replace('\t', '⇥');
}
