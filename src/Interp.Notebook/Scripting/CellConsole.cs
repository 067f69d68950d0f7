using System.Text;
using Interp.Notebook.Execution;

namespace Interp.Notebook.Scripting;

/// <summary>A cell's standard streams. Text is gathered for some milliseconds, so that many small writes cost few messages.</summary>
/// <remarks>
/// Code finds its cell's console through its execution context, so a thread that a cell started writes to that cell, however long it runs.
/// A writer that is ahead of the client sends its text itself, and so waits.
/// </remarks>
internal sealed class CellConsole : IDisposable
{
    private const int MostGathered = 1 << 16;
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(25);
    private static readonly AsyncLocal<CellConsole?> s_current = new();
    private static readonly Lock s_install = new();
    private static volatile CellConsole? s_latest;
    private static bool s_installed;

    private readonly Lock _lock = new();
    private readonly StringBuilder _gathered = new();
    private readonly Timer _timer;
    private readonly ICellOutput _output;
    private readonly CancellationToken _interrupt;
    private StreamName _stream;
    private bool _timing;

    private CellConsole(ICellOutput output, CancellationToken interrupt)
    {
        (_output, _interrupt) = (output, interrupt);
        _timer = new Timer(_ => Flush());
    }

    /// <summary>The console of the code that asks; that of the latest cell where it has lost its context; null before the first.</summary>
    public static CellConsole? Current => s_current.Value ?? s_latest;

    /// <summary>Routes the process's console to a new cell for the code that follows.</summary>
    public static CellConsole Open(ICellOutput output, CancellationToken interrupt)
    {
        lock (s_install)
        {
            if (!s_installed)
            {
                Console.SetOut(new CellWriter(StreamName.Stdout, Console.Out));
                Console.SetError(new CellWriter(StreamName.Stderr, Console.Error));
                Console.SetIn(new CellReader(Console.In));
                s_installed = true;
            }
        }
        CellConsole console = new(output, interrupt);
        s_current.Value = s_latest = console;
        return console;
    }

    public void Write(StreamName stream, ReadOnlySpan<char> text)
    {
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
        lock (_lock)
        {
            _timing = false;
            Send();
        }
    }

    public string ReadLine(string prompt, bool password)
    {
        Flush();
        return _output.ReadLine(prompt, password, _interrupt);
    }

    /// <summary>Sends the rest. Threads that the cell left running may write on.</summary>
    public void Dispose() => Flush();

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
