namespace Interp.Notebook.Documents;

/// <summary>What a cell holds.</summary>
internal enum CellKind
{
    /// <summary>Text that runs.</summary>
    Code,

    /// <summary>Text to read.</summary>
    Markdown,

    /// <summary>Text for other tools; kept as it is.</summary>
    Raw,
}
