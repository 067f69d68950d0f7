using System.Text.Json.Nodes;
using Interp.Notebook.Formatting;

namespace Interp;

/// <summary>Markdown that a notebook shows.</summary>
/// <param name="Text">The text.</param>
public sealed record MarkdownContent(string Text) : IMimeContent
{
    /// <summary>The text.</summary>
    public override string ToString() => Text;

    JsonObject IMimeContent.ToMime() => new() { ["text/plain"] = Text, ["text/markdown"] = Text };
}
