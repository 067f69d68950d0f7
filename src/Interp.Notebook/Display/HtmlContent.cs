using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Interp.Notebook.Formatting;

namespace Interp;

/// <summary>HTML that a notebook shows as it is.</summary>
/// <param name="Html">A fragment.</param>
public sealed partial record HtmlContent(string Html) : IMimeContent
{
    /// <summary>The fragment.</summary>
    public string ToHtml() => Html;

    /// <summary>The text without its tags.</summary>
    public override string ToString() => WebUtility.HtmlDecode(Tags().Replace(Html, "")).Trim();

    JsonObject IMimeContent.ToMime() => new() { ["text/plain"] = ToString(), ["text/html"] = Html };

    [GeneratedRegex(@"<(script|style)\b.*?</\1\s*>|<[^>]*>", RegexOptions.Singleline | RegexOptions.IgnoreCase)]
    private static partial Regex Tags();
}
