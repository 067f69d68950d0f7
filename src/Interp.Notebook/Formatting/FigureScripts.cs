namespace Interp.Notebook.Formatting;

/// <summary>Decides which figures of a session bring plotly.js along: 0.6 MB that a notebook needs once, but surely has somewhere.</summary>
/// <remarks>
/// A figure finds the script in whichever output of the page has it. The outputs of a cell that is run again are replaced, and a cell may be
/// deleted without our knowing; so two cells bring it, and a third when one of these is run again. Where both were deleted, figures load it from its public address.
/// </remarks>
/// <param name="bringers">How many cells bring it; one is enough where every cell runs once, from the first to the last.</param>
internal sealed class FigureScripts(int bringers = 2)
{
    private readonly Lock _lock = new();
    private readonly HashSet<string> _cells = [];

    private bool IsEnough => _cells.Count >= bringers;

    /// <summary>A new run of a cell, whose earlier outputs are gone.</summary>
    /// <param name="cell">What tells the cell from others.</param>
    public OfCell For(string cell)
    {
        OfCell run = new(this, cell);
        run.Forget();
        return run;
    }

    /// <summary>The figures of one run of a cell.</summary>
    public sealed class OfCell(FigureScripts session, string cell)
    {
        private bool _brought;

        /// <summary>Where the next figure takes the script from.</summary>
        public PlotlySource Next()
        {
            lock (session._lock)
            {
                if (_brought || session.IsEnough) return PlotlySource.Page;
                session._cells.Add(cell);
                _brought = true;
                return PlotlySource.Bundled;
            }
        }

        /// <summary>The cell's outputs, or the figure that brought the script, are gone.</summary>
        public void Forget()
        {
            lock (session._lock)
            {
                session._cells.Remove(cell);
                _brought = false;
            }
        }
    }
}
