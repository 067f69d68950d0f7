using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;

namespace Interp.Notebook.Scripting;

/// <summary>Reads what <c>#load</c> names, relative to the working directory or the loading file; with checkpoints like those of cells.</summary>
internal sealed class LoadedFiles : SourceFileResolver
{
    private readonly bool _withCheckpoints;

    private LoadedFiles(bool withCheckpoints) : base([], Environment.CurrentDirectory) => _withCheckpoints = withCheckpoints;

    /// <summary>For the code that runs.</summary>
    public static LoadedFiles WithCheckpoints { get; } = new(true);

    /// <summary>For errors, which show what was typed.</summary>
    public static LoadedFiles AsTheyAre { get; } = new(false);

    // A cell's name stays a name, not a file of the working directory.
    public override string? NormalizePath(string path, string? baseFilePath) => path;

    public override SourceText ReadText(string resolvedPath)
    {
        SourceText text = base.ReadText(resolvedPath);
        if (!_withCheckpoints) return text;
        SyntaxTree tree = CSharpSyntaxTree.ParseText(text, Submissions.ParseOptions, resolvedPath);
        return SourceText.From(CheckpointRewriter.Rewrite(tree).ToString(), System.Text.Encoding.UTF8);
    }

    public override bool Equals(object? obj) => ReferenceEquals(this, obj);

    public override int GetHashCode() => _withCheckpoints ? 1 : 0;
}
