using System.Text.Json.Nodes;

namespace Interp.Notebook.Execution;

/// <summary>What a value looks like to a client: one entry a MIME type.</summary>
/// <param name="Data">MIME type → content: a string for text types, JSON for JSON types. <c>text/plain</c> is always there.</param>
/// <param name="Metadata">MIME type → hints for its renderer; usually empty.</param>
internal sealed record MimeBundle(JsonObject Data, JsonObject Metadata)
{
    /// <summary>A bundle of plain text alone.</summary>
    public static MimeBundle PlainText(string text) => new(new JsonObject { ["text/plain"] = text }, []);
}
