using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Interp.Notebook.Scripting.Completion;

/// <summary>What a place asks for beyond the names in scope: an enum's members, named arguments, members to initialise or to override.</summary>
internal static class ExpectedMembers
{
    // What is inserted is read without nullable annotations, as cells are.
    private static readonly SymbolDisplayFormat s_inserted = SymbolDisplayFormat.MinimallyQualifiedFormat.RemoveMiscellaneousOptions(SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier);

    /// <summary>Everything of that kind at a place.</summary>
    public static IEnumerable<Candidate> At(CompletionPlace place)
    {
        if (place.IsAfterDot || place.Before.RawKind == 0) return [];
        if (place.Before.IsKind(SyntaxKind.OverrideKeyword) || place.Before.GetPreviousToken().IsKind(SyntaxKind.OverrideKeyword)) return Overrides(place);
        return EnumMembers(place).Concat(NamedArguments(place)).Concat(Initializers(place));
    }

    private static IEnumerable<Candidate> EnumMembers(CompletionPlace place)
    {
        ITypeSymbol? type = ExpectedType(place);
        if (type is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } nullable) type = nullable.TypeArguments[0];
        if (type is not { TypeKind: TypeKind.Enum }) return [];
        string name = type.ToMinimalDisplayString(place.Model, place.Start);
        return type.GetMembers().OfType<IFieldSymbol>().Where(f => f.IsConst)
            .SelectMany(f => (Candidate[])[new($"{name}.{f.Name}", $"{name}.{f.Name}", "enumMember", f, -1), new(f.Name, $"{name}.{f.Name}", "enumMember", f, -1)])
            .Where(c => place.Typed.Length > 0 || c.Name == c.Text)
            .DistinctBy(c => (c.Text, NameMatch.Rank(c.Name, place.Typed) is null));
    }

    /// <summary>The type that an expression or pattern at a place should have, where the syntax around says so.</summary>
    private static ITypeSymbol? ExpectedType(CompletionPlace place)
    {
        SyntaxNode? parent = place.Before.Parent;
        return (place.Before.Kind(), parent) switch
        {
            (SyntaxKind.EqualsEqualsToken or SyntaxKind.ExclamationEqualsToken, BinaryExpressionSyntax b) => TypeOf(b.Left),
            (SyntaxKind.EqualsToken, AssignmentExpressionSyntax a) => TypeOf(a.Left),
            (SyntaxKind.EqualsToken, EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax { Parent: VariableDeclarationSyntax declaration } }) => TypeOf(declaration.Type),
            (SyntaxKind.CaseKeyword, _) when parent?.FirstAncestorOrSelf<SwitchStatementSyntax>() is { } s => TypeOf(s.Expression),
            (SyntaxKind.IsKeyword, IsPatternExpressionSyntax p) => TypeOf(p.Expression),
            (SyntaxKind.IsKeyword, BinaryExpressionSyntax b) => TypeOf(b.Left),
            (SyntaxKind.OpenBraceToken or SyntaxKind.CommaToken, SwitchExpressionSyntax s) => TypeOf(s.GoverningExpression),
            (SyntaxKind.OpenParenToken or SyntaxKind.CommaToken or SyntaxKind.OpenBracketToken, BaseArgumentListSyntax arguments) => ParameterType(arguments, null),
            (SyntaxKind.ColonToken, NameColonSyntax { Parent: ArgumentSyntax { Parent: BaseArgumentListSyntax arguments } } name) => ParameterType(arguments, name.Name.Identifier.ValueText),
            _ => null,
        };

        ITypeSymbol? TypeOf(ExpressionSyntax expression) => place.Model.GetTypeInfo(expression).Type;

        ITypeSymbol? ParameterType(BaseArgumentListSyntax arguments, string? name)
        {
            int index = arguments.Arguments.GetSeparators().Count(s => s.SpanStart < place.Start);
            return CallableSymbols.Of(place.Model, arguments.Parent).Select(m => name is null ? m.Parameters.ElementAtOrDefault(index) : m.Parameters.FirstOrDefault(p => p.Name == name))
                .FirstOrDefault(p => p?.Type.TypeKind == TypeKind.Enum || p?.Type is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T })?.Type;
        }
    }

    private static IEnumerable<Candidate> NamedArguments(CompletionPlace place)
    {
        if (place.Before.Kind() is not (SyntaxKind.OpenParenToken or SyntaxKind.CommaToken or SyntaxKind.OpenBracketToken) || place.Before.Parent is not BaseArgumentListSyntax arguments) return [];
        HashSet<string> given = [.. arguments.Arguments.Select(a => a.NameColon?.Name.Identifier.ValueText).OfType<string>()];
        int before = arguments.Arguments.GetSeparators().Count(s => s.SpanStart < place.Start);
        return CallableSymbols.Of(place.Model, arguments.Parent).SelectMany(m => m.Parameters.Skip(before)).Where(p => !p.IsThis && !given.Contains(p.Name))
            .DistinctBy(p => p.Name).Select(p => new Candidate(p.Name, p.Name + ": ", "param", p, 0));
    }

    private static IEnumerable<Candidate> Initializers(CompletionPlace place)
    {
        if (place.Before.Kind() is not (SyntaxKind.OpenBraceToken or SyntaxKind.CommaToken) || place.Before.Parent is not InitializerExpressionSyntax initializer) return [];
        ITypeSymbol? type = initializer.Parent switch
        {
            BaseObjectCreationExpressionSyntax creation => place.Model.GetTypeInfo(creation).Type,
            WithExpressionSyntax with => place.Model.GetTypeInfo(with.Expression).Type,
            _ => null,
        };
        HashSet<string> given = [.. initializer.Expressions.OfType<AssignmentExpressionSyntax>().Select(a => a.Left.ToString())];
        return Members(type).Where(m => m is IPropertySymbol { SetMethod: not null, IsIndexer: false } or IFieldSymbol { IsReadOnly: false, IsConst: false })
            .Where(m => !m.IsStatic && !given.Contains(m.Name) && place.Model.IsAccessible(place.Start, m)).DistinctBy(m => m.Name)
            .Select(m => new Candidate(m.Name, m.Name, SymbolText.Kind(m), m, m is IPropertySymbol { IsRequired: true } ? -2 : -1));
    }

    private static IEnumerable<Candidate> Overrides(CompletionPlace place)
    {
        if (place.Before.Parent?.FirstAncestorOrSelf<TypeDeclarationSyntax>() is not { } declaration || place.Model.GetDeclaredSymbol(declaration) is not INamedTypeSymbol type) return [];
        bool typeIsWritten = !place.Before.IsKind(SyntaxKind.OverrideKeyword);
        HashSet<string> there = [.. type.GetMembers().Where(m => m.IsOverride).Select(m => m.Name)];
        return Members(type.BaseType).Where(m => (m.IsVirtual || m.IsAbstract || m.IsOverride && !m.IsSealed) && !there.Contains(m.Name) && m is IPropertySymbol or IMethodSymbol { MethodKind: MethodKind.Ordinary, Name: not "Finalize" })
            .DistinctBy(m => m.ToDisplayString()).Select(m => new Candidate(m.Name, (typeIsWritten ? "" : TypeOf(m) + " ") + Declared(m), SymbolText.Kind(m), m, -1));

        string Name(ITypeSymbol type) => type.ToMinimalDisplayString(place.Model, place.Start, s_inserted);

        string TypeOf(ISymbol member) => Name((member as IMethodSymbol)?.ReturnType ?? ((IPropertySymbol)member).Type);

        string Declared(ISymbol member) => member is IMethodSymbol method
            ? $"{method.Name}({string.Join(", ", method.Parameters.Select(p => $"{Name(p.Type)} {p.Name}"))})"
            : member.Name;
    }

    private static IEnumerable<ISymbol> Members(ITypeSymbol? type)
    {
        for (ITypeSymbol? t = type; t is not null; t = t.BaseType)
            foreach (ISymbol member in t.GetMembers())
                if (member.CanBeReferencedByName) yield return member;
    }
}
