using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Interp.Notebook.Scripting.Completion;

/// <summary>The place in a cell where something is to be completed.</summary>
/// <param name="Document">The cell, after those that ran.</param>
/// <param name="Model">Its meaning.</param>
/// <param name="Root">Its syntax.</param>
/// <param name="Position">The cursor.</param>
/// <param name="Start">The start of the word before the cursor; the cursor where there is none.</param>
internal sealed record CompletionPlace(Document Document, SemanticModel Model, SyntaxNode Root, int Position, int Start)
{
    /// <summary>The token before the word.</summary>
    public SyntaxToken Before { get; } = TokenBefore(Root, Start);

    /// <summary>What is typed of the word.</summary>
    public string Typed { get; } = Root.ToFullString()[Start..Position];

    /// <summary>Whether a member of what stands before the dot is meant.</summary>
    public bool IsAfterDot => Before.Kind() is SyntaxKind.DotToken or SyntaxKind.MinusGreaterThanToken or SyntaxKind.ColonColonToken;

    /// <summary>Looks at a position.</summary>
    public static async Task<CompletionPlace> AtAsync(Document document, int position, CancellationToken cancellation)
    {
        SyntaxNode root = (await document.GetSyntaxRootAsync(cancellation).ConfigureAwait(false))!;
        SemanticModel model = (await document.GetSemanticModelAsync(cancellation).ConfigureAwait(false))!;
        return new CompletionPlace(document, model, root, position, WordStart(root.ToFullString(), position));
    }

    /// <summary>Where the word that ends or goes on at a position begins.</summary>
    public static int WordStart(string text, int position)
    {
        int start = position;
        while (start > 0 && SyntaxFacts.IsIdentifierPartCharacter(text[start - 1])) start--;
        return start;
    }

    /// <summary>Where that word ends.</summary>
    public static int WordEnd(string text, int position)
    {
        int end = position;
        while (end < text.Length && SyntaxFacts.IsIdentifierPartCharacter(text[end])) end++;
        return end;
    }

    /// <summary>The string literal that the cursor is in; null elsewhere.</summary>
    public SyntaxToken? Literal()
    {
        SyntaxToken token = Root.FindToken(Math.Max(0, Position - 1));
        bool isText = token.Kind() is SyntaxKind.StringLiteralToken or SyntaxKind.InterpolatedStringTextToken or SyntaxKind.SingleLineRawStringLiteralToken
            or SyntaxKind.MultiLineRawStringLiteralToken or SyntaxKind.Utf8StringLiteralToken or SyntaxKind.CharacterLiteralToken;
        if (!isText || token.SpanStart >= Position) return null;
        bool isOpen = token.Span.End > Position || token.Span.End == Position && (token.IsMissing || token.ContainsDiagnostics || token.IsKind(SyntaxKind.InterpolatedStringTextToken));
        return isOpen ? token : null;
    }

    /// <summary>Whether nothing can be completed: in a comment, a number, or where a new name is written.</summary>
    public bool IsClosed()
    {
        if (Typed.Length > 0 && char.IsAsciiDigit(Typed[0])) return true;
        SyntaxTrivia trivia = Root.FindTrivia(Math.Max(0, Position - 1), findInsideTrivia: false);
        bool isComment = trivia.Kind() is SyntaxKind.SingleLineCommentTrivia or SyntaxKind.MultiLineCommentTrivia or SyntaxKind.SingleLineDocumentationCommentTrivia or SyntaxKind.MultiLineDocumentationCommentTrivia or SyntaxKind.DisabledTextTrivia;
        if (isComment && trivia.FullSpan.Start < Position && (Position < trivia.FullSpan.End || !trivia.IsKind(SyntaxKind.MultiLineCommentTrivia))) return true;
        // "var na|", "int na|": the name is the user's to choose.
        SyntaxToken word = Root.FindToken(Start);
        return Typed.Length > 0 && word.SpanStart == Start && word.Parent is VariableDeclaratorSyntax or ParameterSyntax or SingleVariableDesignationSyntax or BaseTypeDeclarationSyntax or ForEachStatementSyntax
            && word.IsKind(SyntaxKind.IdentifierToken) && Before.Kind() is SyntaxKind.IdentifierToken or SyntaxKind.GreaterThanToken or SyntaxKind.CloseBracketToken or SyntaxKind.QuestionToken or >= SyntaxKind.BoolKeyword and <= SyntaxKind.ObjectKeyword
                or SyntaxKind.ClassKeyword or SyntaxKind.StructKeyword or SyntaxKind.RecordKeyword or SyntaxKind.EnumKeyword or SyntaxKind.InterfaceKeyword
            && !Before.GetPreviousToken().IsKind(SyntaxKind.OverrideKeyword) && !IsStatementOfOneWord(word);
    }

    // "await Foo", and "x" with "Foo" on the next line, parse as a declaration too.
    private bool IsStatementOfOneWord(SyntaxToken word) => Before.ValueText is "await" or "yield" or "when" or "not" or "and" or "or"
        || Root.SyntaxTree.GetLineSpan(Before.Span).EndLinePosition.Line != Root.SyntaxTree.GetLineSpan(word.Span).StartLinePosition.Line;

    private static SyntaxToken TokenBefore(SyntaxNode root, int position)
    {
        if (position == 0) return default;
        SyntaxToken token = root.FindToken(position - 1);
        if (token.SpanStart >= position || token.IsKind(SyntaxKind.EndOfFileToken)) token = token.GetPreviousToken();
        while (token.Span.Length == 0 && token.RawKind != 0) token = token.GetPreviousToken();
        return token;
    }
}
