using System.Globalization;

namespace Interp.Cli;

/// <summary>One line on standard error that says how far a long job is: rewritten in place on a terminal, a line now and then elsewhere.</summary>
internal sealed class ProgressLine : IDisposable
{
    private const long TerminalInterval = 100, LogInterval = 15_000;

    // Taken once: a notebook's cells take the console over while the line is shown.
    private readonly TextWriter _error = Console.Error;
    private readonly bool _inPlace = !Console.IsErrorRedirected;
    private long _next;
    private bool _shown;

    /// <summary>Shows a state, if enough time has passed since the last one.</summary>
    /// <param name="text">What is going on.</param>
    /// <param name="fraction">How much of the whole job is done, in [0, 1].</param>
    /// <param name="left">What the rest should take.</param>
    public void Report(string text, double fraction, TimeSpan left)
    {
        long now = Environment.TickCount64;
        if (now < _next) return;
        _next = now + (_inPlace ? TerminalInterval : LogInterval);
        Write(string.Create(CultureInfo.InvariantCulture, $"{fraction,4:P0}  {text}  {Duration(left)} left"));
    }

    /// <summary>Prints a line that stays.</summary>
    public void Keep(string text)
    {
        Clear();
        _error.WriteLine(text);
    }

    public void Dispose() => Clear();

    /// <summary>A duration as people say it: <c>48 s</c>, <c>3 min 05 s</c>, <c>2 h 10 min</c>.</summary>
    public static string Duration(TimeSpan time) => FormattableString.Invariant(time switch
    {
        { TotalMinutes: < 1 } => (FormattableString)$"{Math.Ceiling(Math.Max(0, time.TotalSeconds))} s",
        { TotalHours: < 1 } => $"{(int)time.TotalMinutes} min {time.Seconds:00} s",
        _ => $"{(int)time.TotalHours} h {time.Minutes:00} min",
    });

    private void Write(string line)
    {
        if (!_inPlace)
        {
            _error.WriteLine(line);
            return;
        }
        int width = Math.Max(20, Console.WindowWidth - 1);
        _error.Write("\r\x1b[K" + (line.Length > width ? line[..width] : line));
        _shown = true;
    }

    private void Clear()
    {
        if (_shown) _error.Write("\r\x1b[K");
        _shown = false;
    }
}
