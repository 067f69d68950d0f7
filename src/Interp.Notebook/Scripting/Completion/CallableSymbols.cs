using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Interp.Notebook.Scripting.Completion;

/// <summary>What a call may mean while its arguments are not whole.</summary>
internal static class CallableSymbols
{
    /// <summary>A method's, constructor's, indexer's or delegate's overloads, the one that fits best first.</summary>
    /// <param name="model">The meaning of the cell.</param>
    /// <param name="call">What has the argument list.</param>
    public static IReadOnlyList<(ISymbol Symbol, IReadOnlyList<IParameterSymbol> Parameters)> Of(SemanticModel model, SyntaxNode? call)
    {
        (ISymbol? Best, IEnumerable<ISymbol> All) found = call switch
        {
            InvocationExpressionSyntax i => (model.GetSymbolInfo(i).Symbol, Group(i.Expression)),
            BaseObjectCreationExpressionSyntax o => (model.GetSymbolInfo(o).Symbol, (model.GetTypeInfo(o).Type as INamedTypeSymbol)?.InstanceConstructors ?? []),
            ElementAccessExpressionSyntax e => (model.GetSymbolInfo(e).Symbol, Indexers(model.GetTypeInfo(e.Expression).Type)),
            ConstructorInitializerSyntax c => (model.GetSymbolInfo(c).Symbol, model.GetSymbolInfo(c).CandidateSymbols),
            _ => (null, []),
        };
        IEnumerable<ISymbol> all = found.Best is null ? found.All : found.All.Prepend(found.Best);
        return [.. all.Distinct(SymbolEqualityComparer.Default).Where(s => s.DeclaredAccessibility is Accessibility.Public or Accessibility.NotApplicable || s.DeclaringSyntaxReferences.Length > 0)
            .Select(s => (s, ParametersOf(s))).Where(s => s.Item2 is not null).Select(s => (s.s, s.Item2!))];

        IEnumerable<ISymbol> Group(ExpressionSyntax expression)
        {
            IEnumerable<ISymbol> group = model.GetMemberGroup(expression);
            return group.Any() ? group : model.GetSymbolInfo(expression) is var info && info.Symbol is { } one ? [one] : info.CandidateSymbols;
        }
    }

    private static IReadOnlyList<IParameterSymbol>? ParametersOf(ISymbol symbol) => symbol switch
    {
        IMethodSymbol m => m.Parameters,
        IPropertySymbol { IsIndexer: true } p => p.Parameters,
        ILocalSymbol { Type: INamedTypeSymbol { DelegateInvokeMethod: { } invoke } } => invoke.Parameters,
        IFieldSymbol { Type: INamedTypeSymbol { DelegateInvokeMethod: { } invoke } } => invoke.Parameters,
        IParameterSymbol { Type: INamedTypeSymbol { DelegateInvokeMethod: { } invoke } } => invoke.Parameters,
        _ => null,
    };

    private static IEnumerable<ISymbol> Indexers(ITypeSymbol? type)
    {
        for (; type is not null; type = type.BaseType)
            foreach (IPropertySymbol indexer in type.GetMembers().OfType<IPropertySymbol>().Where(p => p.IsIndexer)) yield return indexer;
    }
}
