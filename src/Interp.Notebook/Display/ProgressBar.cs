using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Interp.Notebook.Formatting;

namespace Interp;

/// <summary>A progress bar below a notebook's cell. It is drawn a few times a second, however often it is told; any thread may tell it.</summary>
/// <example><code>
/// using var bar = Progress("patching", heads.Count);
/// Parallel.ForEach(heads, head => { Patch(head); bar.Advance(); });
/// </code></example>
public sealed class ProgressBar : IDisposable
{
    private const int MillisecondsBetween = 200;

    private readonly Lock _lock = new();
    private readonly string _title;
    private readonly long? _total;
    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly DisplayHandle _handle;
    private long _done;
    private long _next;
    private bool _ended;

    /// <summary>Shows the bar.</summary>
    /// <param name="title">What is being done.</param>
    /// <param name="total">How many steps there are; null where nobody knows.</param>
    public ProgressBar(string title, long? total = null)
    {
        (_title, _total) = (title, total);
        _next = Environment.TickCount64 + MillisecondsBetween;
        _handle = DisplayHandle.Show(Look());
    }

    /// <summary>The steps done.</summary>
    public long Done => Volatile.Read(ref _done);

    /// <summary>Some more steps are done.</summary>
    /// <param name="steps">How many.</param>
    public void Advance(long steps = 1) => Draw(Interlocked.Add(ref _done, steps));

    /// <summary>This many steps are done by now.</summary>
    /// <param name="done">The number since the beginning.</param>
    public void Report(long done)
    {
        Volatile.Write(ref _done, done);
        Draw(done);
    }

    /// <summary>Draws the bar as it ended: whole where all steps were done.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            if (_ended) return;
            _ended = true;
        }
        _handle.Update(Look());
    }

    private void Draw(long done)
    {
        if (Environment.TickCount64 < Volatile.Read(ref _next) && done != _total) return;
        lock (_lock)
        {
            if (_ended || (Environment.TickCount64 < _next && done != _total)) return;
            _next = Environment.TickCount64 + MillisecondsBetween;
        }
        _handle.Update(Look());
    }

    private Bar Look() => new(_title, Volatile.Read(ref _done), _total, Stopwatch.GetElapsedTime(_start), _ended);

    private sealed record Bar(string Title, long Done, long? Total, TimeSpan Elapsed, bool Ended) : IMimeContent
    {
        public JsonObject ToMime()
        {
            string text = Text();
            double width = Total is > 0 and var total ? 100.0 * Math.Min(Done, total) / total : Ended ? 100 : 0;
            string html = string.Create(CultureInfo.InvariantCulture, $"""
                <div style="display:flex;align-items:center;gap:0.8em;font-size:90%">
                <div style="flex:0 0 16em;height:0.6em;border-radius:0.3em;background:rgba(128,128,128,0.3)"><div style="width:{width:F1}%;height:100%;border-radius:0.3em;background:#2a78b8"></div></div>
                <div>{WebUtility.HtmlEncode(text)}</div></div>
                """);
            return new JsonObject { ["text/plain"] = text, ["text/html"] = html };
        }

        private string Text()
        {
            string title = Title.Length == 0 ? "" : Title + ": ", seconds = Time(Elapsed);
            double rate = Elapsed.TotalSeconds > 0 ? Done / Elapsed.TotalSeconds : 0;
            if (Total is not { } total) return string.Create(CultureInfo.InvariantCulture, $"{title}{Done} in {seconds}");
            if (Done == 0 || Ended || Done >= total) return string.Create(CultureInfo.InvariantCulture, $"{title}{Done}/{total} in {seconds}");
            return string.Create(CultureInfo.InvariantCulture, $"{title}{Done}/{total}, {Time(TimeSpan.FromSeconds((total - Done) / rate))} left");
        }

        private static string Time(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{(time.TotalSeconds < 100 ? time.ToString("s\\.f", CultureInfo.InvariantCulture) : time.ToString(time.TotalHours < 1 ? "m\\:ss" : "h\\:mm\\:ss", CultureInfo.InvariantCulture))} s");
    }
}
