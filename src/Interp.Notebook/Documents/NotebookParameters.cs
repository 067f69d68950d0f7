using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Interp.Notebook.Scripting;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Interp.Notebook.Documents;

/// <summary>
/// Sets a notebook's parameters as papermill does: a cell tagged <c>parameters</c> declares them with their usual values, and a cell tagged
/// <c>injected-parameters</c> put after it declares them again with others.
/// </summary>
internal static class NotebookParameters
{
    private const string Tag = "parameters", InjectedTag = "injected-parameters";

    /// <summary>Puts the cell in, in place of an earlier one.</summary>
    /// <param name="document">The notebook.</param>
    /// <param name="values">Names and values. A value takes the type that the notebook declares for its name; else the type it looks like: int, long, double, bool or string.</param>
    /// <param name="note">Hears of a name that the notebook does not declare.</param>
    /// <exception cref="FormatException">A name is no identifier, or a value does not fit its type; the message says which.</exception>
    public static void Inject(NotebookDocument document, IReadOnlyList<KeyValuePair<string, string>> values, Action<string> note)
    {
        if (values.Count == 0) return;
        NotebookCell? declared = document.Cells.FirstOrDefault(c => c.Tags.Contains(Tag));
        Dictionary<string, string> types = declared is null ? [] : TypesIn(declared.Source);
        StringBuilder source = new("// Parameters");
        foreach ((string name, string value) in values.Reverse().DistinctBy(v => v.Key).Reverse())
        {
            if (!SyntaxFacts.IsValidIdentifier(name)) throw new FormatException($"'{name}' cannot be the name of a parameter: take letters, digits and _, such as learningRate=0.01.");
            if (declared is not null && !types.ContainsKey(name)) note($"The notebook declares no parameter '{name}' in its cell tagged '{Tag}'; it is set all the same.");
            (string type, string literal) = Literal(name, value, types.GetValueOrDefault(name));
            source.Append(CultureInfo.InvariantCulture, $"\n{type} {(SyntaxFacts.GetKeywordKind(name) == SyntaxKind.None ? name : "@" + name)} = {literal};");
        }
        if (document.Cells.FirstOrDefault(c => c.Tags.Contains(InjectedTag)) is { } earlier)
        {
            earlier.Source = source.ToString();
            return;
        }
        int at = declared is null ? 0 : document.Cells.Index().First(c => c.Item == declared).Index + 1;
        document.Insert(at, CellKind.Code, source.ToString(), InjectedTag, new JsonObject { ["tags"] = new JsonArray(InjectedTag) });
    }

    /// <summary>The variables that a cell declares, each with its type; "" where an initial value of no simple kind decides it.</summary>
    private static Dictionary<string, string> TypesIn(string source)
    {
        Dictionary<string, string> types = [];
        SyntaxNode root = CSharpSyntaxTree.ParseText(source, Submissions.ParseOptions).GetRoot();
        foreach (VariableDeclarationSyntax declaration in root.DescendantNodes().OfType<VariableDeclarationSyntax>())
            foreach (VariableDeclaratorSyntax variable in declaration.Variables)
                types[variable.Identifier.ValueText] = declaration.Type.IsVar ? TypeOf(variable.Initializer?.Value) : declaration.Type.ToString().TrimEnd('?');
        return types;
    }

    private static string TypeOf(ExpressionSyntax? value)
    {
        if (value is PrefixUnaryExpressionSyntax { Operand: var operand }) value = operand;
        return (value as LiteralExpressionSyntax)?.Token.Value switch
        {
            int => "int",
            long => "long",
            float => "float",
            double => "double",
            decimal => "decimal",
            bool => "bool",
            string => "string",
            _ => "",
        };
    }

    private static (string Type, string Literal) Literal(string name, string value, string? type)
    {
        CultureInfo culture = CultureInfo.InvariantCulture;
        if (string.IsNullOrEmpty(type)) type = TypeOf(value);
        string? literal = type switch
        {
            "string" or "String" => SymbolDisplay.FormatLiteral(value, quote: true),
            "bool" => bool.TryParse(value, out bool b) ? b ? "true" : "false" : null,
            "int" => int.TryParse(value, NumberStyles.AllowLeadingSign, culture, out int i) ? i.ToString(culture) : null,
            "long" => long.TryParse(value, NumberStyles.AllowLeadingSign, culture, out long l) ? $"{l.ToString(culture)}L" : null,
            "uint" or "ulong" => ulong.TryParse(value, NumberStyles.None, culture, out ulong u) && (type == "ulong" || u <= uint.MaxValue) ? u.ToString(culture) + (type == "uint" ? "u" : "ul") : null,
            "double" => double.TryParse(value, NumberStyles.Float, culture, out double d) && double.IsFinite(d) ? d.ToString("R", culture) + "d" : null,
            "float" => float.TryParse(value, NumberStyles.Float, culture, out float f) && float.IsFinite(f) ? f.ToString("R", culture) + "f" : null,
            "decimal" => decimal.TryParse(value, NumberStyles.Float, culture, out decimal m) ? m.ToString(culture) + "m" : null,
            _ => throw new FormatException($"The parameter '{name}' is of type {type}; only int, long, uint, ulong, double, float, decimal, bool and string can be set from outside."),
        };
        return literal is null ? throw new FormatException($"The parameter '{name}' is of type {type}, which '{value}' is not.") : (type, literal);
    }

    // What a value looks like where nothing declares its type.
    private static string TypeOf(string value)
    {
        CultureInfo culture = CultureInfo.InvariantCulture;
        return int.TryParse(value, NumberStyles.AllowLeadingSign, culture, out _) ? "int"
            : long.TryParse(value, NumberStyles.AllowLeadingSign, culture, out _) ? "long"
            : double.TryParse(value, NumberStyles.Float, culture, out double d) && double.IsFinite(d) ? "double"
            : bool.TryParse(value, out _) ? "bool"
            : "string";
    }
}
