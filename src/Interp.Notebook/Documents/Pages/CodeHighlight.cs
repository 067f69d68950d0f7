using System.Net;
using System.Text;
using Interp.Notebook.Scripting;
using Interp.Notebook.Scripting.Completion;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Interp.Notebook.Documents.Pages;

/// <summary>C# as HTML in which keywords, types, methods, text, numbers and comments have a class each.</summary>
internal static class CodeHighlight
{
    /// <summary>The code's HTML; every character of it is there, escaped.</summary>
    public static string Of(string code)
    {
        StringBuilder html = new();
        // Magics are shown as such, and are blanks for the compiler.
        string text = CellText.CSharp(code);
        int at = 0;
        foreach (SyntaxToken token in CSharpSyntaxTree.ParseText(text, Submissions.ParseOptions).GetRoot().DescendantTokens(descendIntoTrivia: false))
        {
            foreach (SyntaxTrivia trivia in token.LeadingTrivia) Trivia(trivia);
            Add(token.Span.Start, token.Span.End, KindOf(token));
            foreach (SyntaxTrivia trivia in token.TrailingTrivia) Trivia(trivia);
        }
        Add(code.Length, code.Length, "");
        return html.ToString();

        void Trivia(SyntaxTrivia trivia)
        {
            if (trivia.IsDirective) Add(trivia.Span.Start, trivia.Span.End, "m");
            else if (trivia.Kind() is SyntaxKind.SingleLineCommentTrivia or SyntaxKind.MultiLineCommentTrivia or SyntaxKind.SingleLineDocumentationCommentTrivia or SyntaxKind.MultiLineDocumentationCommentTrivia)
                Add(trivia.Span.Start, trivia.Span.End, "c");
        }

        void Add(int start, int end, string kind)
        {
            if (end < at) return;
            Plain(code[at..Math.Max(at, start)], text[at..Math.Max(at, start)]);
            string span = WebUtility.HtmlEncode(code[Math.Max(at, start)..end]);
            if (span.Length > 0) html.Append(kind.Length == 0 ? span : $"<span class=\"{kind}\">{span}</span>");
            at = end;
        }

        // Where the compiler sees blanks and there are none, there is a magic or markup.
        void Plain(string shown, string compiled) =>
            html.Append(shown == compiled ? WebUtility.HtmlEncode(shown) : $"<span class=\"m\">{WebUtility.HtmlEncode(shown)}</span>");
    }

    private static string KindOf(SyntaxToken token)
    {
        if (token.IsKeyword() || SyntaxFacts.IsContextualKeyword(token.Kind())) return "k";
        switch (token.Kind())
        {
            case SyntaxKind.NumericLiteralToken:
                return "n";
            case SyntaxKind.StringLiteralToken or SyntaxKind.CharacterLiteralToken or SyntaxKind.InterpolatedStringTextToken or SyntaxKind.InterpolatedStringStartToken or SyntaxKind.InterpolatedStringEndToken
                or SyntaxKind.InterpolatedVerbatimStringStartToken or SyntaxKind.SingleLineRawStringLiteralToken or SyntaxKind.MultiLineRawStringLiteralToken or SyntaxKind.InterpolatedSingleLineRawStringStartToken
                or SyntaxKind.InterpolatedMultiLineRawStringStartToken or SyntaxKind.InterpolatedRawStringEndToken or SyntaxKind.Utf8StringLiteralToken:
                return "s";
            case SyntaxKind.IdentifierToken:
                break;
            default:
                return "";
        }
        return token.Parent switch
        {
            IdentifierNameSyntax { IsVar: true } => "k",
            BaseTypeDeclarationSyntax or TypeParameterSyntax => "t",
            MethodDeclarationSyntax or LocalFunctionStatementSyntax => "f",
            SimpleNameSyntax name when IsCalled(name) => "f",
            SimpleNameSyntax name when IsType(name) => "t",
            _ => "",
        };
    }

    private static bool IsCalled(SimpleNameSyntax name) =>
        name.Parent is InvocationExpressionSyntax call && call.Expression == name
        || name.Parent is MemberAccessExpressionSyntax { Parent: InvocationExpressionSyntax outer } member && member.Name == name && outer.Expression == member;

    // By where it stands; a static class before a dot looks like any capital name there.
    private static bool IsType(SimpleNameSyntax name) =>
        name is GenericNameSyntax
        || name.Parent is VariableDeclarationSyntax or ObjectCreationExpressionSyntax or ArrayTypeSyntax or NullableTypeSyntax or TypeArgumentListSyntax or ParameterSyntax or CastExpressionSyntax or TypeOfExpressionSyntax or BaseTypeSyntax or AttributeSyntax or DeclarationPatternSyntax
            or MethodDeclarationSyntax or LocalFunctionStatementSyntax or PropertyDeclarationSyntax or ForEachStatementSyntax
            && name.SpanStart < (name.Parent is ForEachStatementSyntax f ? f.Identifier.SpanStart : int.MaxValue)
        || name.Parent is MemberAccessExpressionSyntax { Expression: var left } && left == name && char.IsUpper(name.Identifier.ValueText[0]);
}
