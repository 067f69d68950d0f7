using Interp.Notebook.Execution;
using Microsoft.CodeAnalysis.CSharp;

namespace Interp.Notebook.Scripting;

/// <remarks>Completion, inspection and completeness.</remarks>
internal sealed partial class CSharpSession
{
    public Task<Completions> CompleteAsync(string code, int position, CancellationToken cancellation) =>
        Task.FromResult(new Completions(position, position, []));

    public Task<MimeBundle?> InspectAsync(string code, int position, CancellationToken cancellation) => Task.FromResult<MimeBundle?>(null);

    public Completeness IsComplete(string code) =>
        new(SyntaxFactory.IsCompleteSubmission(CSharpSyntaxTree.ParseText(code, Submissions.ParseOptions)) ? "complete" : "incomplete", "");
}
