namespace Interp.Notebook.Execution;

/// <summary>Which of a cell's two text streams.</summary>
internal enum StreamName
{
    /// <summary>Standard output.</summary>
    Stdout,

    /// <summary>Standard error.</summary>
    Stderr,
}
