using System.Text;

namespace Interp.Rendering;

/// <summary>The plotly.js that was embedded at build, if any, and this library's own scripts.</summary>
internal static class PlotlyBundle
{
    // The same release as web/package.json; a test holds the two together.
    public const string Version = "3.7.0";

    public const string PublicAddress = $"https://cdn.plot.ly/plotly-cartesian-{Version}.min.js";

    private static readonly Lazy<string?> Source = new(() => Read("plotly.min.js"));
    private static readonly Lazy<string> Packed = new(() => ViewHtml.Pack(Encoding.UTF8.GetBytes(Source.Value!)));

    public static bool IsEmbedded => Source.Value is not null;

    /// <summary>The script itself, fit to stand inside a script element.</summary>
    public static string Script => ForScriptElement(Source.Value ?? throw new InvalidOperationException("plotly.js was not embedded when Interp.Plots was built."));

    /// <summary>The script as base64 of gzip: a third of its size, unpacked by the browser.</summary>
    public static string Gzip64 => Packed.Value;

    /// <summary>One of this library's own scripts or style sheets.</summary>
    public static string Own(string name) => Read(name) ?? throw new InvalidOperationException($"'{name}' is not among the resources of Interp.Plots.");

    public static string ForScriptElement(string script) => script.Replace("</script", "<\\/script", StringComparison.OrdinalIgnoreCase).Replace("<!--", "<\\!--", StringComparison.Ordinal);

    private static string? Read(string name)
    {
        using Stream? stream = typeof(PlotlyBundle).Assembly.GetManifestResourceStream(name);
        if (stream is null) return null;
        using StreamReader reader = new(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
