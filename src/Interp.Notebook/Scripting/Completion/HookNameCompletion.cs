using Interp.Notebook.Execution;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Interp.Notebook.Scripting.Completion;

/// <summary>Completes the names of activations in strings: <c>cache["…"]</c> with what that cache has, hooks and runs with the hook points of the session's models.</summary>
internal static class HookNameCompletion
{
    private static readonly string[] s_takesNames = [nameof(ActivationCache), nameof(Hooks), nameof(IHookedModel), nameof(HookedModelExtensions)];

    /// <summary>What a string may name; null where it is no name of an activation.</summary>
    /// <param name="place">The cursor.</param>
    /// <param name="literal">The string that it is in.</param>
    /// <param name="variables">The session's variables by name.</param>
    public static Completions? At(CompletionPlace place, SyntaxToken literal, IReadOnlyDictionary<string, object?> variables)
    {
        if (!literal.IsKind(SyntaxKind.StringLiteralToken) || Call(literal) is not { } call) return null;
        if (!CallableSymbols.Of(place.Model, call).Any(c => c.Symbol.ContainingType is { } type && type.AllInterfaces.Prepend(type).Any(t => s_takesNames.Contains(t.Name)))) return null;

        // A string without its closing quote goes on to the end of the line.
        int start = literal.SpanStart + (literal.Text.StartsWith('@') ? 2 : 1), end = literal.ContainsDiagnostics ? place.Position : start + literal.ValueText.Length;
        if (place.Position < start) return null;
        string typed = place.Root.ToFullString()[start..place.Position];
        // Names that begin as typed come first; "pattern" alone finds every hook_pattern.
        IEnumerable<Execution.Completion> items = Names(Receiver(call), variables).Where(n => n.Name.Contains(typed, StringComparison.OrdinalIgnoreCase))
            .OrderByDescending(n => n.Name.StartsWith(typed, StringComparison.Ordinal)).Select(n => new Execution.Completion(n.Name, "text", n.Remark, ""));
        return new Completions(start, end, [.. items]);
    }

    /// <summary>The call whose argument, or part of an argument's list, a string is.</summary>
    private static SyntaxNode? Call(SyntaxToken literal)
    {
        SyntaxNode? node = literal.Parent?.Parent;
        while (node is ExpressionElementSyntax or CollectionExpressionSyntax or InitializerExpressionSyntax or ImplicitArrayCreationExpressionSyntax or ArrayCreationExpressionSyntax) node = node.Parent;
        return node is ArgumentSyntax { Parent: BaseArgumentListSyntax arguments } ? arguments.Parent : null;
    }

    /// <summary>The variable that a call is made on; null for anything longer.</summary>
    private static string? Receiver(SyntaxNode call) => call switch
    {
        ElementAccessExpressionSyntax { Expression: IdentifierNameSyntax name } => name.Identifier.ValueText,
        InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Expression: IdentifierNameSyntax name } } => name.Identifier.ValueText,
        _ => null,
    };

    private static IEnumerable<(string Name, string Remark)> Names(string? receiver, IReadOnlyDictionary<string, object?> variables)
    {
        object? value = receiver is null ? null : variables.GetValueOrDefault(receiver);
        return value switch
        {
            ActivationCache cache => cache.Names.Select(name => (name, $"[{string.Join(", ", cache[name].Shape.ToArray())}]")),
            IHookedModel model => Points(model),
            _ => variables.Values.OfType<IHookedModel>().SelectMany(Points).Distinct(),
        };
    }

    private static IEnumerable<(string Name, string Remark)> Points(IHookedModel model) => HookPoint.Of(model.Config).Select(point => (point.Name, point.Axes));
}
