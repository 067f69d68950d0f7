using System.Text.Json.Nodes;
using Interp.Notebook.Execution;
using Interp.Notebook.Formatting;
using Interp.Notebook.Scripting;

namespace Interp;

/// <summary>Something shown in a notebook that can change: <see cref="Update"/> puts another value in its place, wherever it is shown.</summary>
/// <remarks>Any thread may update it, also after its cell has ended.</remarks>
/// <example><code>
/// var shown = Display("0 %");
/// for (int i = 1; i &lt;= 100; i++) shown.Update($"{i} %");
/// </code></example>
public sealed class DisplayHandle
{
    private readonly CellConsole? _console;
    private readonly Lock _lock = new();
    private PlotlySource? _source;
    private object? _last;
    private bool _owesScript;

    private DisplayHandle(CellConsole? console) => _console = console;

    /// <summary>What tells it from others.</summary>
    public string Id { get; } = Guid.NewGuid().ToString("N");

    /// <summary>Shows another value in its place.</summary>
    /// <param name="value">Anything.</param>
    public void Update(object? value) => Send(value, isUpdate: true);

    /// <summary>The id.</summary>
    public override string ToString() => $"display {Id}";

    internal static DisplayHandle Show(object? value)
    {
        DisplayHandle handle = new(CellConsole.Current);
        handle.Send(value, isUpdate: false);
        return handle;
    }

    private void Send(object? value, bool isUpdate)
    {
        if (value is DisplayHandle) throw new ArgumentException("This is the handle of something shown; show the thing itself.", nameof(value));
        lock (_lock)
        {
            _last = value;
            MimeBundle bundle = Shown.Of(value, Source);
            if (_console is null) Console.WriteLine((string?)bundle.Data["text/plain"]);
            // An update belongs to the cell that makes it: clients that run a notebook by themselves look at no other.
            else if (isUpdate) (CellConsole.Current ?? _console).UpdateDisplay(bundle, Id);
            else _console.Display(bundle, Id);
        }
    }

    // The first figure brings plotly.js where it must. Its updates come by the hundred, to a page that has the script; but that page may be saved
    // and opened with the last of them alone, so this one brings it again, at the cell's end.
    private PlotlySource Source()
    {
        if (_source is null) return (_source = _console?.Figures.Next() ?? PlotlySource.Bundled).Value;
        if (_source == PlotlySource.Page || _console is null) return PlotlySource.Page;
        CellConsole cell = CellConsole.Current ?? _console;
        if (!_owesScript) _owesScript = cell.AtEnd(() => Settle(cell));
        return _owesScript ? PlotlySource.Page : PlotlySource.Bundled;
    }

    private void Settle(CellConsole cell)
    {
        lock (_lock)
        {
            _owesScript = false;
            if (_last is Figure) cell.UpdateDisplay(Shown.Of(_last, () => PlotlySource.Bundled), Id);
        }
    }
}
