using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Globalization;
using System.Reflection;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Interp.Notebook.Execution;
using Microsoft.DotNet.Interactive.Formatting;

namespace Interp.Notebook.Formatting;

/// <summary>What a value looks like in a notebook.</summary>
/// <remarks>
/// A type says so itself: by the attribute <c>TypeFormatterSource</c> (matched by name, as .NET Interactive does) or by a public <c>ToHtml()</c>.
/// Everything else is left to .NET Interactive's formatters.
/// </remarks>
internal static partial class Shown
{
    private const string Plain = "text/plain", Html = "text/html";

    private static readonly ConcurrentDictionary<Type, Func<object, string?>?> s_toHtml = new();
    private static readonly ConcurrentDictionary<Type, IReadOnlyList<TypeFormatter>> s_sources = new();

    private static readonly MethodInfo s_sequence = typeof(Shown).GetMethod(nameof(Sequence), BindingFlags.NonPublic | BindingFlags.Static)!;

    // Their text says all.
    private static readonly FrozenSet<Type> s_textOnly =
    [
        typeof(string), typeof(char), typeof(bool), typeof(decimal), typeof(DateTime), typeof(DateTimeOffset), typeof(DateOnly), typeof(TimeOnly), typeof(TimeSpan), typeof(Guid),
        typeof(System.Numerics.BigInteger), typeof(Half), typeof(Int128), typeof(UInt128),
    ];

    /// <summary>A value as it is shown; never null.</summary>
    /// <param name="value">Anything.</param>
    /// <param name="figures">Where a figure takes plotly.js from; called once for a figure.</param>
    public static MimeBundle Of(object? value, Func<PlotlySource> figures)
    {
        switch (value)
        {
            case null: return MimeBundle.PlainText("null");
            case IMimeContent content: return new MimeBundle(content.ToMime(), []);
            case Figure figure: return Of(figure, figures(), figure.ToString());
            case Tensor tensor: return Bundle(tensor.ToString(), TensorView.Of(tensor).ToHtml());
            case HeadScores scores: return Of(Plot.HeadScoreTable(scores), figures(), scores.ToString());
            case IHookedModel or ActivationCache: return MimeBundle.PlainText(value.ToString()!);
            case HtmlView view: return Bundle(view.ToString(), view.ToHtml());
            case IFormattable number when value.GetType().IsPrimitive || value.GetType().IsEnum || s_textOnly.Contains(value.GetType()):
                return MimeBundle.PlainText(number.ToString(null, CultureInfo.InvariantCulture));
        }
        Type type = value.GetType();
        if (s_textOnly.Contains(type) || type.IsPrimitive) return MimeBundle.PlainText(value.ToString() ?? "");
        JsonObject data = [];
        foreach (TypeFormatter formatter in s_sources.GetOrAdd(type, TypeFormatter.SourcesOf))
            if (formatter.Format(value) is { } text) data[formatter.MimeType] = formatter.MimeType.EndsWith("json", StringComparison.Ordinal) ? JsonNode.Parse(text) : text;
        if (data.Count == 0 && s_toHtml.GetOrAdd(type, ToHtmlOf) is { } toHtml && toHtml(value) is { } html) data[Html] = html;
        if (data.Count > 0)
        {
            if (!data.ContainsKey(Plain)) data[Plain] = value.ToString() ?? type.Name;
            return new MimeBundle(data, []);
        }
        // The formatters take an iterator of the compiler's for an object without members.
        if (type.Name.StartsWith('<') && Items(type) is { } item) value = s_sequence.MakeGenericMethod(item).Invoke(null, [value])!;
        string plain = AnonymousType().Replace(value.ToDisplayString(Plain), "");
        return Formatter.GetPreferredMimeTypesFor(type).Contains(Html) ? Bundle(plain, value.ToDisplayString(Html)) : MimeBundle.PlainText(plain);
    }

    private static MimeBundle Of(Figure figure, PlotlySource source, string plain)
    {
        MimeBundle bundle = Bundle(plain, figure.ToHtml(source));
        bundle.Data[Figure.PlotlyMimeType] = JsonNode.Parse(figure.ToJson());
        return bundle;
    }

    private static MimeBundle Bundle(string plain, string html) => new(new JsonObject { [Plain] = plain, [Html] = html }, []);

    private static Type? Items(Type type) =>
        type.GetInterfaces().FirstOrDefault(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IEnumerable<>))?.GetGenericArguments()[0];

    private static IEnumerable<T> Sequence<T>(IEnumerable<T> items) => items.Where(_ => true);

    [GeneratedRegex(@"<>f__AnonymousType\d+(#\d+)?(<[^\n>]*>)?")]
    private static partial Regex AnonymousType();

    private static Func<object, string?>? ToHtmlOf(Type type) =>
        type.GetMethod("ToHtml", BindingFlags.Public | BindingFlags.Instance, []) is { ReturnType: var returned } method && returned == typeof(string)
            ? value => (string?)method.Invoke(value, null)
            : null;
}
