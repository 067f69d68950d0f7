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
    private readonly Lock _lock = new();
    private Solution _solution;
    private ImmutableList<string> _cells = [];
    private ProjectId? _last;

    public SubmissionWorkspace() => _solution = _workspace.CurrentSolution;

    /// <summary>A document with a cell's text, after the cells that ran.</summary>
    public Document Open(Submissions submissions, string text)
    {
        lock (_lock)
        {
            bool follows = _cells.Count <= submissions.Cells.Count && (_cells.Count == 0 || ReferenceEquals(_cells[^1], submissions.Cells[_cells.Count - 1]));
            if (!follows)
            {
                _solution = _workspace.CurrentSolution;
                _last = null;
                _cells = [];
            }
            CSharpCompilationOptions options = submissions.Next(CSharpSyntaxTree.ParseText("", Submissions.ParseOptions), 0).Options;
            foreach (string cell in submissions.Cells.Skip(_cells.Count)) (_solution, _last) = Add(_solution, _last, cell, options);
            _cells = submissions.Cells;
            (Solution solution, ProjectId current) = Add(_solution, _last, text, options);
            return solution.GetProject(current)!.Documents.Single();
        }
    }

    public void Dispose() => _workspace.Dispose();

    private static (Solution, ProjectId) Add(Solution solution, ProjectId? previous, string text, CSharpCompilationOptions options)
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
            compilationOptions: options.WithScriptClassName(name),
            metadataReferences: previous is null ? CellReferences.Preloaded : [],
            projectReferences: previous is null ? [] : [new ProjectReference(previous)],
            isSubmission: true);
        DocumentInfo document = DocumentInfo.Create(
            DocumentId.CreateNewId(id), name, sourceCodeKind: SourceCodeKind.Script, loader: TextLoader.From(TextAndVersion.Create(SourceText.From(text), VersionStamp.Default)));
        return (solution.AddProject(project).AddDocument(document), id);
    }
}
