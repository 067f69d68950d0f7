using Interp.Notebook.Execution;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Interp.Notebook.Scripting.Completion;

/// <summary>Whether a cell is whole, for clients that run it on Enter when it is.</summary>
internal static class CellCompleteness
{
    /// <summary>Looks at a cell's C#.</summary>
    public static Completeness Of(string code)
    {
        SyntaxTree tree = CSharpSyntaxTree.ParseText(code, Submissions.ParseOptions);
        if (!SyntaxFactory.IsCompleteSubmission(tree)) return new Completeness("incomplete", Indent(tree));
        return new Completeness(tree.GetDiagnostics().Any(d => d.Severity == DiagnosticSeverity.Error) ? "invalid" : "complete", "");
    }

    // Four blanks for each bracket that is open at the end of its line.
    private static string Indent(SyntaxTree tree)
    {
        Stack<int> lines = new();
        foreach (SyntaxToken token in tree.GetRoot().DescendantTokens().Where(t => !t.IsMissing))
        {
            if (token.Kind() is SyntaxKind.OpenBraceToken or SyntaxKind.OpenParenToken or SyntaxKind.OpenBracketToken) lines.Push(tree.GetLineSpan(token.Span).StartLinePosition.Line);
            else if (token.Kind() is SyntaxKind.CloseBraceToken or SyntaxKind.CloseParenToken or SyntaxKind.CloseBracketToken && lines.Count > 0) lines.Pop();
        }
        return new string(' ', 4 * lines.Distinct().Count());
    }
}
