using System.Text.Json.Nodes;
using Interp.Notebook.Execution;

namespace Interp.Notebook.Scripting.Magics;

/// <summary>Stretches of a cell that are shown as they are.</summary>
internal static class Markup
{
    /// <param name="part">In one of <see cref="MagicCell.Languages"/> but C#.</param>
    public static MimeBundle Of(CellPart part)
    {
        JsonObject data = new() { ["text/plain"] = part.Text };
        switch (part.Language)
        {
            case "markdown": data["text/markdown"] = part.Text; break;
            case "javascript": data["text/html"] = $"<script>{part.Text}</script>"; break;
            default: data["text/html"] = part.Text; break;
        }
        return new MimeBundle(data, []);
    }
}
