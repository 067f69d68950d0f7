using System.Text.Json.Nodes;

namespace Interp.Notebook.Formatting;

/// <summary>What is made to be shown: knows its own MIME types.</summary>
internal interface IMimeContent
{
    /// <summary>MIME type → content, text/plain among them.</summary>
    JsonObject ToMime();
}
