using System.Globalization;
using Interp.Notebook.Execution;
using Microsoft.CodeAnalysis;

namespace Interp.Notebook.Scripting;

/// <summary>The compiler's errors as a notebook shows them: <c>(line,column): error CSxxxx: message</c>, the line, and a caret below what is meant.</summary>
internal static class CompilationErrors
{
    /// <summary>The name of the error of a cell that does not compile.</summary>
    public const string Name = "CompilationError";

    // A missing brace can cause hundreds.
    private const int MostShown = 10;

    /// <param name="diagnostics">All of the compilation; warnings are left out.</param>
    /// <param name="cell">The cell's name; errors in other files name theirs.</param>
    /// <param name="sources">The cells' texts.</param>
    public static CellError Of(IEnumerable<Diagnostic> diagnostics, string cell, CellSources sources)
    {
        Diagnostic[] errors = [.. diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error).Distinct().OrderBy(d => d.Location.GetLineSpan().Path != cell).ThenBy(d => d.Location.SourceSpan.Start)];
        List<string> lines = [];
        foreach (Diagnostic error in errors.Take(MostShown)) lines.AddRange(Lines(error, cell, sources));
        if (errors.Length > MostShown) lines.Add($"and {errors.Length - MostShown} more errors");
        return new CellError(Name, Headline(errors[0], cell), lines);
    }

    private static string Headline(Diagnostic error, string cell)
    {
        FileLinePositionSpan span = error.Location.GetLineSpan();
        string at = error.Location.IsInSource ? string.Create(CultureInfo.InvariantCulture, $"({span.StartLinePosition.Line + 1},{span.StartLinePosition.Character + 1}): ") : "";
        return $"{(error.Location.IsInSource && span.Path != cell ? span.Path : "")}{at}error {error.Id}: {error.GetMessage(CultureInfo.InvariantCulture)}";
    }

    private static IEnumerable<string> Lines(Diagnostic error, string cell, CellSources sources)
    {
        yield return Headline(error, cell);
        FileLinePositionSpan span = error.Location.GetLineSpan();
        string? line = sources.Line(span.Path, span.StartLinePosition.Line) ?? error.Location.SourceTree?.GetText().Lines[span.StartLinePosition.Line].ToString();
        if (!error.Location.IsInSource || line is null) yield break;
        int start = Math.Min(span.StartLinePosition.Character, line.Length);
        int end = span.EndLinePosition.Line == span.StartLinePosition.Line ? span.EndLinePosition.Character : line.Length;
        yield return "    " + line;
        // Tabs stay tabs, so that the caret stands below its character.
        yield return "    " + string.Concat(line[..start].Select(c => c == '\t' ? '\t' : ' ')) + new string('^', Math.Max(1, Math.Min(end, line.Length) - start));
    }
}
