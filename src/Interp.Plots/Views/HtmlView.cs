using System.Text.Json.Nodes;
using Interp.Rendering;

namespace Interp;

/// <summary>
/// Something to look at in a notebook that is not a plot: a self-contained fragment of HTML, with its data and its own small script, that
/// works with no network, in light and dark, and in a saved notebook.
/// </summary>
[TypeFormatterSource(typeof(NotebookFormatters), PreferredMimeTypes = [Figure.HtmlMimeType])]
public abstract class HtmlView
{
    private protected HtmlView(string? title) => Title = title;

    /// <summary>What stands above it.</summary>
    public string? Title { get; }

    /// <summary>The view as a fragment of HTML for a notebook or a page.</summary>
    public string ToHtml()
    {
        JsonObject data = Data();
        if (Title is not null) data["title"] = Title;
        return ViewHtml.Fragment(Kind, data);
    }

    /// <summary>The view in a few words: its kind and its title.</summary>
    public override string ToString() => Title is null ? GetType().Name : $"{GetType().Name}: {Title}";

    /// <summary>Writes the view as a page of its own.</summary>
    /// <param name="path">A file that ends with .html.</param>
    /// <exception cref="ArgumentException">The ending is another one.</exception>
    public void Save(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (Path.GetExtension(path).ToLowerInvariant() is not (".html" or ".htm"))
            throw new ArgumentException($"This view is a page: end '{path}' with .html.", nameof(path));
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder) Directory.CreateDirectory(folder);
        File.WriteAllText(path, HtmlPage.Of(Title ?? "view", ToHtml()));
    }

    /// <summary>The name under which the view's script (web/NAME.js) defines it.</summary>
    private protected abstract string Kind { get; }

    /// <summary>What the script draws.</summary>
    private protected abstract JsonObject Data();
}
