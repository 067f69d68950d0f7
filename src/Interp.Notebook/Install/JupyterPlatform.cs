namespace Interp.Notebook.Install;

/// <summary>The systems on which Jupyter's folders differ.</summary>
internal enum JupyterPlatform
{
    /// <summary>Linux and other Unix systems.</summary>
    Linux,

    /// <summary>macOS.</summary>
    MacOS,

    /// <summary>Windows.</summary>
    Windows,
}
