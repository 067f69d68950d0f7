using System.Runtime.ExceptionServices;
using System.Text;
using Interp.Notebook.Execution;
using Interp.Notebook.Formatting;

namespace Interp.Notebook.Scripting;

/// <summary>A cell's standard streams. Text is gathered for some milliseconds, so that many small writes cost few messages.</summary>
/// <remarks>
/// Code finds its cell's console through its execution context, so a thread that a cell started writes to that cell, however long it runs.
/// A writer that is ahead of the client sends its text itself, and so waits.
/// Who writes to Console.Out holds its lock, and on Unix whoever writes to the process's own streams takes that lock, such as an output that logs:
/// so it is always taken first.
/// </remarks>
internal sealed class CellConsole : IDisposable
{
    private const int MostGathered = 1 << 16;
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(25);
    private static readonly AsyncLocal<CellConsole?> s_current = new();
    private static readonly Lock s_install = new();
    private static volatile CellConsole? s_latest;
    private static TextWriter? s_out;

    private readonly Lock _lock = new();
    private readonly StringBuilder _gathered = new();
    private readonly Timer _timer;
    private readonly ICellOutput _output;
    private readonly CancellationToken _interrupt;
    private List<Action>? _atEnd = [];
    private StreamName _stream;
    private bool _timing;

    private CellConsole(ICellOutput output, FigureScripts.OfCell figures, CancellationToken interrupt)
    {
        (_output, Figures, _interrupt) = (output, figures, interrupt);
        _timer = new Timer(_ => Flush());
    }

    /// <summary>Where the cell's figures take plotly.js from.</summary>
    public FigureScripts.OfCell Figures { get; }

    /// <summary>The console of the code that asks; that of the latest cell where it has lost its context; null before the first.</summary>
    public static CellConsole? Current => s_current.Value ?? s_latest;

    /// <summary>The console of a new cell. The process's console is routed to cells from the first one on.</summary>
    public static CellConsole Open(ICellOutput output, CancellationToken interrupt, FigureScripts.OfCell? figures = null)
    {
        lock (s_install)
        {
            // Whoever hosts the session may have taken the console back since.
            if (Console.Out != s_out)
            {
                Console.SetOut(new CellWriter(StreamName.Stdout, Console.Out));
                Console.SetError(new CellWriter(StreamName.Stderr, Console.Error));
                Console.SetIn(new CellReader(Console.In));
                if (s_out is null) ExceptionHandling.SetUnhandledExceptionHandler(Survives);
                s_out = Console.Out;
            }
        }
        return s_latest = new CellConsole(output, figures ?? new FigureScripts().For(""), interrupt);
    }

    /// <summary>Makes this the console of the code that follows, and of what it starts.</summary>
    public void Enter() => s_current.Value = this;

    public void Write(StreamName stream, ReadOnlySpan<char> text)
    {
        lock (Console.Out)
            lock (_lock)
            {
                if (stream != _stream) Send();
                _stream = stream;
                while (!text.IsEmpty)
                {
                    int room = Math.Min(text.Length, Math.Max(1, MostGathered - _gathered.Length));
                    _gathered.Append(text[..room]);
                    text = text[room..];
                    if (_gathered.Length >= MostGathered) Send();
                }
                if (_timing || _gathered.Length == 0) return;
                _timing = true;
                _timer.Change(s_pause, Timeout.InfiniteTimeSpan);
            }
    }

    /// <summary>Sends what was gathered: before anything else of the cell that must come after it.</summary>
    public void Flush()
    {
        lock (Console.Out)
            lock (_lock)
            {
                _timing = false;
                Send();
            }
    }

    public void Display(MimeBundle bundle, string? id)
    {
        lock (Console.Out)
            lock (_lock)
            {
                Send();
                _output.Display(bundle, id);
            }
    }

    public void UpdateDisplay(MimeBundle bundle, string id)
    {
        lock (Console.Out)
            lock (_lock)
            {
                Send();
                _output.UpdateDisplay(bundle, id);
            }
    }

    public void Clear(bool wait)
    {
        Figures.Forget();
        lock (Console.Out)
            lock (_lock)
            {
                Send();
                _output.Clear(wait);
            }
    }

    public string ReadLine(string prompt, bool password)
    {
        Flush();
        return _output.ReadLine(prompt, password, _interrupt);
    }

    /// <summary>Has something done at the cell's end, before the last of its text is sent; false where it has ended.</summary>
    public bool AtEnd(Action action)
    {
        lock (Console.Out)
            lock (_lock)
            {
                _atEnd?.Add(action);
                return _atEnd is not null;
            }
    }

    /// <summary>Sends the rest. Threads that the cell left running may write on.</summary>
    public void Dispose()
    {
        List<Action>? atEnd;
        lock (Console.Out)
            lock (_lock)
                (atEnd, _atEnd) = (_atEnd, null);
        foreach (Action action in atEnd ?? []) action();
        Flush();
        if (s_current.Value == this) s_current.Value = null;
    }

    /// <summary>A thread that a cell started has failed: that ends the thread, and not the process with all its state.</summary>
    private static bool Survives(Exception exception)
    {
        if (s_current.Value is not { } console) return false;
        console.Write(StreamName.Stderr, $"A thread of this cell ended with {exception}\n");
        console.Flush();
        return true;
    }

    private void Send()
    {
        // The first half of a character outside the basic plane waits for its second.
        bool half = _gathered.Length > 0 && char.IsHighSurrogate(_gathered[^1]);
        int length = _gathered.Length - (half ? 1 : 0);
        if (length == 0) return;
        _output.Write(_stream, _gathered.ToString(0, length));
        _gathered.Remove(0, length);
    }
}
