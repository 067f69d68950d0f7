using Interp.Notebook.Execution;
using Interp.Notebook.Scripting.Completion;
using Microsoft.CodeAnalysis;

namespace Interp.Notebook.Scripting;

/// <remarks>Completion, inspection and completeness. All of it works while a cell runs, on the cells before it.</remarks>
internal sealed partial class CSharpSession
{
    private readonly Lazy<SubmissionWorkspace> _workspace = new(() => new SubmissionWorkspace());

    public async Task<Completions> CompleteAsync(string code, int position, CancellationToken cancellation)
    {
        position = Math.Clamp(position, 0, code.Length);
        if (DirectiveCompletion.At(code, position) is { } directive) return directive;
        string text = CellText.CSharp(code);
        return CellText.LineBefore(text, position) == CellText.LineBefore(code, position)
            ? await CellCompletion.AtAsync(await _workspace.Value.OpenAsync(_submissions, text, cancellation).ConfigureAwait(false), position, _state, cancellation).ConfigureAwait(false)
            : new Completions(position, position, []);
    }

    public async Task<MimeBundle?> InspectAsync(string code, int position, CancellationToken cancellation)
    {
        Document document = await _workspace.Value.OpenAsync(_submissions, CellText.CSharp(code), cancellation).ConfigureAwait(false);
        return await CellInspection.AtAsync(document, Math.Clamp(position, 0, code.Length), cancellation).ConfigureAwait(false);
    }

    public Completeness IsComplete(string code) => CellCompleteness.Of(CellText.CSharp(code));
}
