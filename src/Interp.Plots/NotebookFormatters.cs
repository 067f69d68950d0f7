namespace Interp;

/// <summary>
/// The formatters of this library's displayable types, in the shape that <see cref="TypeFormatterSourceAttribute"/>
/// promises: a public <c>CreateTypeFormatters()</c> whose items have <c>MimeType</c> and <c>Format(object, TextWriter)</c>.
/// </summary>
internal sealed class NotebookFormatters
{
    // Called by reflection on an instance.
#pragma warning disable CA1822
    public IEnumerable<object> CreateTypeFormatters() =>
    [
        new NotebookFormatter(Figure.HtmlMimeType, value => value switch
        {
            Figure figure => figure.ToHtml(),
            HtmlView view => view.ToHtml(),
            _ => null,
        }),
        new NotebookFormatter(Figure.PlotlyMimeType, value => (value as Figure)?.ToJson()),
        new NotebookFormatter("text/plain", value => value is Figure or HtmlView ? value.ToString() : null),
    ];
#pragma warning restore CA1822
}

/// <summary>One of them.</summary>
internal sealed class NotebookFormatter(string mimeType, Func<object, string?> format)
{
    public string MimeType { get; } = mimeType;

    /// <summary>Writes the value; false when it is of no type known here.</summary>
    public bool Format(object instance, TextWriter writer)
    {
        if (format(instance) is not { } text) return false;
        writer.Write(text);
        return true;
    }
}
