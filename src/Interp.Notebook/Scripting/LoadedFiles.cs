using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;

namespace Interp.Notebook.Scripting;

/// <summary>Reads what <c>#load</c> names, relative to the working directory or the loading file.</summary>
internal sealed class LoadedFiles : SourceFileResolver
{
    private readonly CSharpCompilation? _asTyped;

    private LoadedFiles(CSharpCompilation? asTyped) : base([], Environment.CurrentDirectory) => _asTyped = asTyped;

    /// <summary>The files as they are: errors show what was typed.</summary>
    public static LoadedFiles AsTheyAre => new(null);

    /// <summary>The files that a compilation has loaded, with checkpoints like those of cells.</summary>
    public static LoadedFiles WithCheckpoints(CSharpCompilation asTyped) => new(asTyped);

    // A cell's name stays a name, not a file of the working directory.
    public override string? NormalizePath(string path, string? baseFilePath) => path;

    public override SourceText ReadText(string resolvedPath)
    {
        if (_asTyped?.SyntaxTrees.FirstOrDefault(tree => tree.FilePath == resolvedPath) is not { } loaded) return base.ReadText(resolvedPath);
        return SourceText.From(CheckpointRewriter.Rewrite(loaded, new(() => _asTyped.GetSemanticModel(loaded))).ToString(), System.Text.Encoding.UTF8);
    }

    public override bool Equals(object? obj) => ReferenceEquals(this, obj);

    public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);
}
