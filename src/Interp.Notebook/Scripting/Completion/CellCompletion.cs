using Interp.Notebook.Execution;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Recommendations;

namespace Interp.Notebook.Scripting.Completion;

/// <summary>Completes C# in a cell: names in scope and members by Roslyn's recommender, keywords, and what the place asks for.</summary>
internal static class CellCompletion
{
    // Documentation is read for as many as a list shows.
    private const int MostDocumented = 24, MostDeclared = 400;

    /// <summary>What may stand at a position of a document.</summary>
    /// <param name="document">The cell, after those that ran.</param>
    /// <param name="position">The cursor.</param>
    /// <param name="state">What those left.</param>
    /// <param name="cancellation">Stops between candidates.</param>
    public static async Task<Completions> AtAsync(Document document, int position, CellState state, CancellationToken cancellation)
    {
        CompletionPlace place = await CompletionPlace.AtAsync(document, position, cancellation).ConfigureAwait(false);
        int end = CompletionPlace.WordEnd(place.Root.ToFullString(), position);
        if (place.Literal() is { } literal)
            return HookNameCompletion.At(place, literal, state.Variables().ToDictionary(v => v.Name, v => v.Value)) ?? new Completions(position, position, []);
        if (place.IsClosed()) return new Completions(position, position, []);
        IEnumerable<ISymbol> symbols = await Recommender.GetRecommendedSymbolsAtPositionAsync(document, position, cancellationToken: cancellation).ConfigureAwait(false);
        bool isAttribute = place.Before.Parent is AttributeListSyntax or AttributeArgumentListSyntax;
        IEnumerable<Candidate> candidates = symbols.Where(s => s.CanBeReferencedByName || s is INamespaceSymbol).Select(s => Of(s, isAttribute))
            .Concat(ExpectedMembers.At(place)).Concat(Keywords.At(place));
        var matching = candidates.Select(c => (Candidate: c, Rank: NameMatch.Rank(c.Name, place.Typed))).Where(c => c.Rank is not null)
            .GroupBy(c => (c.Candidate.Text, IsKeyword: c.Candidate.Symbol is null))
            .Select(g => (Best: g.MinBy(c => (c.Candidate.Distance, Parameters(c.Candidate.Symbol))), Overloads: Overloads(g.Select(c => c.Candidate.Symbol))))
            .Where(c => !IsHidden(c.Best.Candidate.Symbol))
            .OrderBy(c => c.Best.Rank).ThenBy(c => c.Best.Candidate.Distance).ThenBy(c => c.Best.Candidate.Name, StringComparer.OrdinalIgnoreCase).ThenBy(c => c.Best.Candidate.Text, StringComparer.Ordinal);
        List<Execution.Completion> items = [];
        foreach (var (best, overloads) in matching)
        {
            cancellation.ThrowIfCancellationRequested();
            ISymbol? symbol = best.Candidate.Symbol;
            string declaration = symbol is null || items.Count >= MostDeclared ? "" : SymbolText.Declaration(symbol) + overloads;
            string summary = symbol is null ? best.Candidate.Remark : items.Count >= MostDocumented ? "" : SymbolDocumentation.Of(symbol, cancellation)?.Summary ?? "";
            items.Add(new(best.Candidate.Text, best.Candidate.Kind, declaration, summary));
        }
        return new Completions(place.Start, end, items);
    }

    private static Candidate Of(ISymbol symbol, bool isAttribute)
    {
        string name = symbol.Name;
        if (isAttribute && symbol is INamedTypeSymbol && name.EndsWith("Attribute", StringComparison.Ordinal)) name = name[..^"Attribute".Length];
        string text = SyntaxFacts.GetKeywordKind(name) == SyntaxKind.None ? name : "@" + name;
        return new Candidate(name, text, SymbolText.Kind(symbol), symbol, SymbolText.Distance(symbol));
    }

    private static int Parameters(ISymbol? symbol) => (symbol as IMethodSymbol)?.Parameters.Length ?? 0;

    private static string Overloads(IEnumerable<ISymbol?> symbols) => symbols.OfType<IMethodSymbol>().Distinct<IMethodSymbol>(SymbolEqualityComparer.Default).Count() switch
    {
        0 or 1 => "",
        2 => " (+ 1 overload)",
        var n => $" (+ {n - 1} overloads)",
    };

    private static bool IsHidden(ISymbol? symbol) => symbol is IMethodSymbol or IPropertySymbol or IFieldSymbol or IEventSymbol && symbol.DeclaringSyntaxReferences.Length == 0
        && symbol.GetAttributes().Any(a => a.AttributeClass?.Name == "EditorBrowsableAttribute" && a.ConstructorArguments is [{ Value: 1 }]);
}
