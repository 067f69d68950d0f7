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
    private PlotlySource? _source;

    private DisplayHandle(CellConsole? console) => _console = console;

    /// <summary>What tells it from others.</summary>
    public string Id { get; } = Guid.NewGuid().ToString("N");

    /// <summary>Shows another value in its place.</summary>
    /// <param name="value">Anything.</param>
    public void Update(object? value) => Send(value, isUpdate: true, isLast: true);

    /// <summary>The id.</summary>
    public override string ToString() => $"display {Id}";

    internal static DisplayHandle Show(object? value, bool isLast = true)
    {
        DisplayHandle handle = new(CellConsole.Current);
        handle.Send(value, isUpdate: false, isLast);
        return handle;
    }

    /// <summary>Shows a value that another follows soon: a figure in it need not be complete in itself.</summary>
    internal void UpdateInPassing(object? value) => Send(value, isUpdate: true, isLast: false);

    private void Send(object? value, bool isUpdate, bool isLast)
    {
        if (value is DisplayHandle) throw new ArgumentException("This is the handle of something shown; show the thing itself.", nameof(value));
        MimeBundle bundle = Shown.Of(value, () => Source(isUpdate, isLast));
        if (_console is null) Console.WriteLine((string?)bundle.Data["text/plain"]);
        else if (isUpdate) _console.UpdateDisplay(bundle, Id);
        else _console.Display(bundle, Id);
    }

    // A figure that brought plotly.js keeps it through its updates: the page may be opened again with the last of them alone.
    // In passing, the page that is open has it.
    private PlotlySource Source(bool isUpdate, bool isLast)
    {
        _source ??= _console?.Figures.Next() ?? PlotlySource.Bundled;
        return isLast || !isUpdate ? _source.Value : PlotlySource.Page;
    }
}
