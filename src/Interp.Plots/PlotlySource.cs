namespace Interp;

/// <summary>Where a page finds plotly.js.</summary>
public enum PlotlySource
{
    /// <summary>Inside the fragment (compressed), where the library was built with it; else at its public address.</summary>
    Bundled,

    /// <summary>
    /// From another fragment of the same page that has it <see cref="Bundled"/>, whichever comes first; after three seconds without, from the
    /// public address. For the second and later figures of a notebook.
    /// </summary>
    Page,
}
