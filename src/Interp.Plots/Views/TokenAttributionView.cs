using System.Text.Json.Nodes;
using Interp.Rendering;

namespace Interp;

/// <summary>
/// Text coloured by a signed number a token, such as what a head adds to the logit of each next token: orange raises, blue lowers. Several series
/// (heads, layers, ablations) share one scale and are chosen by buttons.
/// </summary>
public sealed class TokenAttributionView : HtmlView
{
    private readonly IReadOnlyList<string> _tokens;
    private readonly IReadOnlyList<(string Name, IReadOnlyList<double> Values)> _series;
    private readonly string _unit;

    private TokenAttributionView(IReadOnlyList<string> tokens, IReadOnlyList<(string, IReadOnlyList<double>)> series, string unit, string? title) : base(title) =>
        (_tokens, _series, _unit) = (tokens, series, unit);

    /// <summary>A view of one or several series of values.</summary>
    /// <param name="tokens">The token at each position, as text.</param>
    /// <param name="series">Name and a value a token; NaN where there is none.</param>
    /// <param name="unit">The unit of the values.</param>
    /// <param name="title">What stands above it.</param>
    /// <exception cref="ArgumentException">There is no series, or one is not as long as the text.</exception>
    public static TokenAttributionView Of(IReadOnlyList<string> tokens, IReadOnlyList<(string Name, IReadOnlyList<double> Values)> series, string unit = "logits", string? title = null)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        ArgumentNullException.ThrowIfNull(series);
        if (series.Count == 0) throw new ArgumentException("There is no series to show.", nameof(series));
        foreach ((string name, IReadOnlyList<double> values) in series)
            if (values.Count != tokens.Count)
                throw new ArgumentException($"The series '{name}' has {values.Count} values and must have {tokens.Count}: one a token.", nameof(series));
        return new TokenAttributionView(tokens, series, unit, title);
    }

    /// <summary>A view of one series of values.</summary>
    /// <param name="tokens">The token at each position, as text.</param>
    /// <param name="values">A value a token; NaN where there is none.</param>
    /// <param name="unit">The unit of the values.</param>
    /// <param name="title">What stands above it.</param>
    public static TokenAttributionView Of(IReadOnlyList<string> tokens, IReadOnlyList<double> values, string unit = "logits", string? title = null) => Of(tokens, [("attribution", values)], unit, title);

    private protected override string Kind => "attribution";

    private protected override JsonObject Data() => new()
    {
        ["tokens"] = ViewHtml.Texts(_tokens),
        ["unit"] = _unit,
        ["series"] = new JsonArray([.. _series.Select(s => new JsonObject { ["name"] = s.Name, ["values"] = ViewHtml.Numbers(s.Values) })]),
    };
}
