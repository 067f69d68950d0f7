using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Interp.Plotly;

namespace Interp.Rendering;

/// <summary>Views as HTML: an element, its data, and the scripts (web/views.js and web/KIND.js) that draw the one into the other.</summary>
internal static class ViewHtml
{
    /// <param name="kind">The view's script, without its ending.</param>
    /// <param name="data">What it draws.</param>
    public static string Fragment(string kind, JsonObject data)
    {
        string json = data.ToJsonString(PlotlyJson.Options);
        string id = "interp-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(kind + json)), 0, 6);
        return $"""
            <div data-interp-view="{id}">A view: trust this notebook to see it.</div>
            <script>
            {PlotlyBundle.ForScriptElement(PlotlyBundle.Own("views.js"))}
            {PlotlyBundle.ForScriptElement(PlotlyBundle.Own(kind + ".js"))}
            interpViews.draw("{id}", "{kind}", {json});
            </script>

            """;
    }

    /// <summary>Bytes as base64 of gzip, which the scripts unpack.</summary>
    public static string Pack(ReadOnlySpan<byte> bytes)
    {
        using MemoryStream packed = new();
        using (GZipStream gzip = new(packed, CompressionLevel.Optimal))
            gzip.Write(bytes);
        return Convert.ToBase64String(packed.ToArray());
    }

    /// <summary>An array of texts.</summary>
    public static JsonArray Texts(IEnumerable<string> texts) => [.. texts.Select(t => (JsonNode)t)];

    /// <summary>An array of numbers; what is not finite is null.</summary>
    public static JsonArray Numbers(IEnumerable<double> numbers) => [.. numbers.Select(x => double.IsFinite(x) ? (JsonNode)x : null)];
}
