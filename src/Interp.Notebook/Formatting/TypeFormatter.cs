using System.Reflection;

namespace Interp.Notebook.Formatting;

/// <summary>One of the formatters that a type names with an attribute called <c>TypeFormatterSource</c>, reached by reflection: no library need refer to another.</summary>
internal sealed class TypeFormatter
{
    private readonly object _formatter;
    private readonly MethodInfo _format;

    private TypeFormatter(object formatter, string mimeType, MethodInfo format) => (_formatter, MimeType, _format) = (formatter, mimeType, format);

    public string MimeType { get; }

    /// <summary>A type's formatters; none where it has no such attribute.</summary>
    public static IReadOnlyList<TypeFormatter> SourcesOf(Type type)
    {
        for (Type? t = type; t is not null; t = t.BaseType)
        {
            Attribute? attribute = t.GetCustomAttributes(inherit: false).OfType<Attribute>().FirstOrDefault(a => a.GetType().Name == "TypeFormatterSourceAttribute");
            if (attribute?.GetType().GetProperty("FormatterSourceType")?.GetValue(attribute) is not Type source) continue;
            object? made = source.GetMethod("CreateTypeFormatters")?.Invoke(Activator.CreateInstance(source, nonPublic: true), null);
            return made is IEnumerable<object> formatters ? [.. formatters.Select(Of).OfType<TypeFormatter>()] : [];
        }
        return [];
    }

    /// <summary>The value as text of the MIME type; null where the formatter declines.</summary>
    public string? Format(object value)
    {
        using StringWriter writer = new(System.Globalization.CultureInfo.InvariantCulture);
        return _format.Invoke(_formatter, [value, writer]) is false ? null : writer.ToString();
    }

    private static TypeFormatter? Of(object formatter) =>
        formatter.GetType().GetProperty("MimeType")?.GetValue(formatter) is string mimeType
        && formatter.GetType().GetMethod("Format", [typeof(object), typeof(TextWriter)]) is { } format
            ? new TypeFormatter(formatter, mimeType, format)
            : null;
}
