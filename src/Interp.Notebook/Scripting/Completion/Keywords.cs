using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Interp.Notebook.Scripting.Completion;

/// <summary>C#'s keywords where they can stand, by the token before.</summary>
internal static class Keywords
{
    private static readonly string[] s_types = ["bool", "byte", "char", "decimal", "double", "dynamic", "float", "int", "long", "nint", "nuint", "object", "sbyte", "short", "string", "uint", "ulong", "ushort"];

    private static readonly string[] s_expressions =
    [
        "async", "await", "base", "checked", "default", "delegate", "false", "from", "nameof", "new", "null", "sizeof", "stackalloc", "static", "switch", "this", "throw", "true", "typeof", "unchecked", "var", .. s_types,
    ];

    private static readonly string[] s_statements =
    [
        "abstract", "break", "case", "class", "const", "continue", "do", "else", "enum", "fixed", "for", "foreach", "goto", "if", "interface", "internal", "lock", "namespace", "private", "protected", "public",
        "readonly", "record", "ref", "return", "sealed", "struct", "try", "catch", "finally", "unsafe", "using", "void", "volatile", "when", "while", "yield", .. s_expressions.Except(["switch"]), "switch",
    ];

    private static readonly string[] s_members =
    [
        "abstract", "async", "class", "const", "delegate", "enum", "event", "explicit", "extern", "implicit", "interface", "internal", "new", "operator", "override", "partial", "private", "protected", "public",
        "readonly", "record", "ref", "required", "sealed", "static", "struct", "unsafe", "virtual", "void", "volatile", .. s_types,
    ];

    private static readonly string[] s_afterExpression = ["and", "as", "ascending", "by", "descending", "equals", "group", "in", "into", "is", "join", "let", "not", "on", "or", "orderby", "select", "switch", "when", "where", "with"];

    /// <summary>The keywords that can stand at a place.</summary>
    public static IEnumerable<Candidate> At(CompletionPlace place)
    {
        if (place.IsAfterDot) return [];
        return Words(place).Select(word => new Candidate(word, word, "keyword", null, 3));
    }

    private static string[] Words(CompletionPlace place)
    {
        SyntaxToken before = place.Before;
        if (before.RawKind == 0) return s_statements;
        bool isInType = before.Parent?.FirstAncestorOrSelf<MemberDeclarationSyntax>(m => m is TypeDeclarationSyntax) is not null
            && before.Parent.FirstAncestorOrSelf<SyntaxNode>(n => n is BlockSyntax or ArrowExpressionClauseSyntax or EqualsValueClauseSyntax or ParameterListSyntax) is null;
        return before.Kind() switch
        {
            SyntaxKind.SemicolonToken or SyntaxKind.OpenBraceToken or SyntaxKind.CloseBraceToken when isInType && before.Parent is TypeDeclarationSyntax or MemberDeclarationSyntax or AccessorListSyntax => s_members,
            SyntaxKind.OpenBraceToken when before.Parent is AccessorListSyntax => ["get", "set", "init", "private", "protected", "internal"],
            SyntaxKind.OpenBraceToken when before.Parent is InitializerExpressionSyntax => s_expressions,
            SyntaxKind.OpenBraceToken when before.Parent is SwitchExpressionSyntax => ["not", "null", "var", "when", .. s_types, "true", "false"],
            SyntaxKind.CloseBraceToken when before.Parent is InitializerExpressionSyntax or AnonymousObjectCreationExpressionSyntax or SwitchExpressionSyntax or RecursivePatternSyntax or PropertyPatternClauseSyntax => s_afterExpression,
            SyntaxKind.SemicolonToken or SyntaxKind.OpenBraceToken or SyntaxKind.CloseBraceToken or SyntaxKind.ElseKeyword or SyntaxKind.DoKeyword or SyntaxKind.ColonToken => s_statements,
            SyntaxKind.CloseParenToken when before.Parent is IfStatementSyntax or ForStatementSyntax or CommonForEachStatementSyntax or WhileStatementSyntax or UsingStatementSyntax or LockStatementSyntax or FixedStatementSyntax => s_statements,
            SyntaxKind.PublicKeyword or SyntaxKind.PrivateKeyword or SyntaxKind.ProtectedKeyword or SyntaxKind.InternalKeyword or SyntaxKind.StaticKeyword or SyntaxKind.AbstractKeyword or SyntaxKind.SealedKeyword
                or SyntaxKind.VirtualKeyword or SyntaxKind.OverrideKeyword or SyntaxKind.ReadOnlyKeyword or SyntaxKind.PartialKeyword or SyntaxKind.UnsafeKeyword or SyntaxKind.AsyncKeyword => s_members,
            SyntaxKind.UsingKeyword => ["static", "var"],
            SyntaxKind.IsKeyword or SyntaxKind.CaseKeyword => ["not", "null", "var", "true", "false", .. s_types],
            SyntaxKind.NewKeyword => s_types,
            SyntaxKind.OpenParenToken or SyntaxKind.CommaToken when before.Parent is BaseArgumentListSyntax => ["ref", "out", "in", .. s_expressions],
            SyntaxKind.OpenParenToken or SyntaxKind.CommaToken when before.Parent is ParameterListSyntax => ["ref", "out", "in", "params", "scoped", "this", .. s_types],
            SyntaxKind.IdentifierToken or SyntaxKind.CloseParenToken or SyntaxKind.CloseBracketToken or SyntaxKind.NumericLiteralToken or SyntaxKind.StringLiteralToken
                or SyntaxKind.TrueKeyword or SyntaxKind.FalseKeyword or SyntaxKind.NullKeyword or SyntaxKind.ThisKeyword => s_afterExpression,
            _ => s_expressions,
        };
    }
}
