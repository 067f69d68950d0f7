using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Host.Mef;
using Microsoft.CodeAnalysis.Text;

namespace Interp.Notebook.Scripting.Completion;

/// <summary>
/// A session's cells as a Roslyn workspace, a project a cell, each on top of the one before: what completion asks about the text that is
/// being written. It follows the session by adding the cells that ran since; what is known of earlier ones stays known.
/// </summary>
internal sealed class SubmissionWorkspace : IDisposable
{
    // The two assemblies whose services are used; the default host would look for ones that are not there.
    private static readonly Lazy<MefHostServices> s_host = new(() => MefHostServices.Create([typeof(Workspace).Assembly, typeof(Microsoft.CodeAnalysis.CSharp.Formatting.CSharpFormattingOptions).Assembly]));

    private readonly AdhocWorkspace _workspace = new(s_host.Value);
    private readonly SemaphoreSlim _turn = new(1, 1);
    private Solution _solution;
    private ImmutableList<string> _cells = [];
    private ProjectId? _last;

    public SubmissionWorkspace() => _solution = _workspace.CurrentSolution;

    /// <summary>A document with a cell's text, after the cells that ran.</summary>
    public async Task<Document> OpenAsync(Submissions submissions, string text, CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            CSharpCompilationOptions options = submissions.Next(CSharpSyntaxTree.ParseText("", Submissions.ParseOptions, cancellationToken: cancellation), 0).Options;
            if (!Follows(submissions))
            {
                _solution = _workspace.CurrentSolution;
                (_last, _cells) = (null, []);
            }
            foreach (string cell in submissions.Cells.Skip(_cells.Count)) (_solution, _last) = Add(_solution, _last, cell, submissions, options);
            _cells = submissions.Cells;
            // What is compiled before the new document is added is compiled once, not again with each.
            if (_last is not null) Compile(_solution.GetProject(_last)!, cancellation);
            (Solution solution, ProjectId current) = Add(_solution, _last, text, submissions, options);
            Project project = solution.GetProject(current)!;
            Compile(project, cancellation);
            return project.Documents.Single();
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose()
    {
        _turn.Dispose();
        _workspace.Dispose();
    }

    // Waits in place, because what binds references must not do so beside others.
    private static void Compile(Project project, CancellationToken cancellation) =>
        Submissions.Bind(() => project.GetCompilationAsync(cancellation).GetAwaiter().GetResult());

    // Cells are only ever added, unless the session began anew.
    private bool Follows(Submissions submissions) =>
        _cells.Count <= submissions.Cells.Count && (_cells.Count == 0 || ReferenceEquals(_cells[^1], submissions.Cells[_cells.Count - 1]));

    private static (Solution, ProjectId) Add(Solution solution, ProjectId? previous, string text, Submissions submissions, CSharpCompilationOptions options)
    {
        ProjectId id = ProjectId.CreateNewId();
        string name = $"Cell{solution.ProjectIds.Count + 1}";
        ProjectInfo project = ProjectInfo.Create(
            id,
            VersionStamp.Default,
            name,
            name,
            LanguageNames.CSharp,
            parseOptions: Submissions.ParseOptions.WithDocumentationMode(DocumentationMode.Parse),
            compilationOptions: (previous is null ? options : options.WithUsings(ImmutableArray<string>.Empty)).WithScriptClassName(name),
            metadataReferences: [.. previous is null ? CellReferences.Preloaded : [], .. submissions.Packages],
            projectReferences: previous is null ? [] : [new ProjectReference(previous)],
            isSubmission: true);
        DocumentInfo document = DocumentInfo.Create(
            DocumentId.CreateNewId(id), name, sourceCodeKind: SourceCodeKind.Script, loader: TextLoader.From(TextAndVersion.Create(SourceText.From(text), VersionStamp.Default)));
        return (solution.AddProject(project).AddDocument(document), id);
    }
}
