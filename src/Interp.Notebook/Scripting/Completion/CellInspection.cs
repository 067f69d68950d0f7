using System.Text.Json.Nodes;
using Interp.Notebook.Execution;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Interp.Notebook.Scripting.Completion;

/// <summary>What is known of the symbol under the cursor: its declaration, overloads and documentation.</summary>
internal static class CellInspection
{
    private const int MostOverloads = 12;

    /// <summary>The symbol at a position; inside an argument list where no symbol is, the method that is called. Null where there is nothing.</summary>
    public static async Task<MimeBundle?> AtAsync(Document document, int position, CancellationToken cancellation)
    {
        CompletionPlace place = await CompletionPlace.AtAsync(document, position, cancellation).ConfigureAwait(false);
        IReadOnlyList<ISymbol> symbols = Word(place) is { Count: > 0 } word ? word : Call(place);
        if (symbols.Count == 0) return null;
        return new MimeBundle(new JsonObject { ["text/markdown"] = Describe(symbols, markdown: true, cancellation), ["text/plain"] = Describe(symbols, markdown: false, cancellation) }, []);
    }

    private static IReadOnlyList<ISymbol> Word(CompletionPlace place)
    {
        // The word that the cursor stands in, before or behind.
        SyntaxToken token = place.Root.FindToken(place.Start);
        if (token.Span.Start > place.Position || token.Span.End < place.Position || token.Parent is null) return [];
        if (place.Model.GetDeclaredSymbol(token.Parent) is { } declared && token.IsKind(SyntaxKind.IdentifierToken)) return [declared];
        if (token.Kind() is SyntaxKind.NewKeyword or SyntaxKind.IdentifierToken && token.Parent.FirstAncestorOrSelf<BaseObjectCreationExpressionSyntax>() is { } creation
            && (token.Parent == creation || creation is ObjectCreationExpressionSyntax o && o.Type.Span.Contains(token.Span)))
        {
            var constructors = CallableSymbols.Of(place.Model, creation);
            if (constructors.Count > 0) return [.. constructors.Select(c => c.Symbol)];
        }
        if (!token.IsKind(SyntaxKind.IdentifierToken) && !SyntaxFacts.IsPredefinedType(token.Kind())) return [];
        SymbolInfo info = place.Model.GetSymbolInfo(token.Parent);
        ISymbol? best = info.Symbol ?? place.Model.GetAliasInfo(token.Parent)?.Target;
        IEnumerable<ISymbol> all = [.. best is null ? [] : (ISymbol[])[best], .. place.Model.GetMemberGroup(token.Parent), .. info.CandidateSymbols];
        return [.. all.Distinct(SymbolEqualityComparer.Default)];
    }

    private static IReadOnlyList<ISymbol> Call(CompletionPlace place)
    {
        for (SyntaxNode? node = place.Before.Parent; node is not null; node = node.Parent)
            if (node is BaseArgumentListSyntax arguments && arguments.SpanStart < place.Position && CallableSymbols.Of(place.Model, arguments.Parent) is { Count: > 0 } callable)
                return [.. callable.Select(c => c.Symbol)];
        return [];
    }

    private static string Describe(IReadOnlyList<ISymbol> symbols, bool markdown, CancellationToken cancellation)
    {
        string[] lines = [.. symbols.Take(MostOverloads).Select(SymbolText.Declaration)];
        string declarations = string.Join('\n', symbols.Count > MostOverloads ? [.. lines, $"… and {symbols.Count - MostOverloads} more"] : lines);
        string documentation = symbols.Select(s => SymbolDocumentation.Of(s, cancellation)?.ToText(markdown)).FirstOrDefault(t => !string.IsNullOrEmpty(t)) ?? "";
        string shown = markdown ? $"```csharp\n{declarations}\n```" : declarations;
        return documentation.Length == 0 ? shown : $"{shown}\n\n{documentation}";
    }
}
