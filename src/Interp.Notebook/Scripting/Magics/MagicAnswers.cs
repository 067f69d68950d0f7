using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Interp.Notebook.Execution;

namespace Interp.Notebook.Scripting.Magics;

/// <summary>What the magics that are commands show.</summary>
internal static class MagicAnswers
{
    // A value's text in the table of variables.
    private const int LongestValue = 80;

    /// <param name="name">One of <see cref="MagicCell.Commands"/>.</param>
    /// <param name="state">The session's variables.</param>
    /// <param name="elapsed">How long the cell ran.</param>
    public static MimeBundle Of(string name, CellState state, TimeSpan elapsed) => name switch
    {
        "time" => MimeBundle.PlainText(string.Create(CultureInfo.InvariantCulture, $"Wall time: {elapsed.TotalMilliseconds:F1} ms")),
        "who" => MimeBundle.PlainText(state.Variables().Select(v => v.Name).ToArray() is { Length: > 0 } names ? string.Join("  ", names) : "There are no variables yet."),
        "whos" => Table(["Variable", "Type", "Value"], [.. state.Variables().Select(v => new[] { v.Name, CSharpName(v.Type), Short(v.Value) })]),
        "about" => MimeBundle.PlainText($"C# (interp {typeof(MagicAnswers).Assembly.GetName().Version!.ToString(3)}) on .NET {Environment.Version}, {Environment.ProcessorCount} processors"),
        _ => Table(["Magic", "What it does"],
        [
            .. MagicCell.Commands.Select(c => new[] { "#!" + c.Name, c.Does }),
            .. MagicCell.Languages.Select(l => new[] { string.Join(", ", l.Aliases.Prepend(l.Name).Select(n => "#!" + n)), l.Does }),
            ["#r \"nuget: Name, Version\"", "adds a package"],
            ["#i \"nuget: ADDRESS\"", "adds a source of packages"],
            ["#r \"path.dll\"", "adds an assembly"],
            ["#load \"file.csx\"", "runs a script in this cell's place"],
        ]),
    };

    /// <summary>A type as C# writes it: <c>List&lt;int[]&gt;</c>.</summary>
    private static string CSharpName(Type type)
    {
        if (type.IsArray) return CSharpName(type.GetElementType()!) + $"[{new string(',', type.GetArrayRank() - 1)}]";
        if (Nullable.GetUnderlyingType(type) is { } value) return CSharpName(value) + "?";
        if (!type.IsGenericType) return s_keywords.GetValueOrDefault(type, type.Name);
        int tick = type.Name.IndexOf('`', StringComparison.Ordinal);
        return tick < 0 ? type.Name : $"{type.Name[..tick]}<{string.Join(", ", type.GetGenericArguments().Select(CSharpName))}>";
    }

    private static readonly Dictionary<Type, string> s_keywords = new()
    {
        [typeof(bool)] = "bool",
        [typeof(byte)] = "byte",
        [typeof(char)] = "char",
        [typeof(decimal)] = "decimal",
        [typeof(double)] = "double",
        [typeof(float)] = "float",
        [typeof(int)] = "int",
        [typeof(long)] = "long",
        [typeof(object)] = "object",
        [typeof(string)] = "string",
    };

    private static string Short(object? value)
    {
        string text;
        try
        {
            text = Convert.ToString(value, CultureInfo.InvariantCulture)?.ReplaceLineEndings(" ") ?? "null";
        }
        catch (Exception e)
        {
            text = $"({e.GetType().Name})";
        }
        return text.Length > LongestValue ? text[..LongestValue] + "…" : text;
    }

    private static MimeBundle Table(string[] header, string[][] rows)
    {
        int[] widths = [.. header.Select((h, i) => rows.Select(r => r[i].Length).Append(h.Length).Max())];
        StringBuilder plain = new(), html = new("<table><thead><tr>");
        foreach (string[] row in rows.Prepend(header)) plain.AppendJoin("  ", row.Select((cell, i) => i == row.Length - 1 ? cell : cell.PadRight(widths[i]))).Append('\n');
        foreach (string cell in header) html.Append("<th style=\"text-align:left\">").Append(cell).Append("</th>");
        html.Append("</tr></thead><tbody>");
        foreach (string[] row in rows)
        {
            html.Append("<tr>");
            foreach (string cell in row) html.Append("<td style=\"text-align:left\">").Append(WebUtility.HtmlEncode(cell)).Append("</td>");
            html.Append("</tr>");
        }
        return new MimeBundle(new JsonObject { ["text/plain"] = plain.ToString(), ["text/html"] = html.Append("</tbody></table>").ToString() }, []);
    }
}
