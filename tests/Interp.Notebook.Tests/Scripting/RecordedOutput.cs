using System.Text;
using Interp.Notebook.Execution;

namespace Interp.Notebook.Tests.Scripting;

/// <summary>Keeps what a cell puts out, in order, and answers its questions.</summary>
internal sealed class RecordedOutput : ICellOutput
{
    private readonly Lock _lock = new();
    private readonly StringBuilder _stdout = new(), _stderr = new();
    private readonly List<(MimeBundle Bundle, string? Id)> _displays = [];
    private readonly List<(MimeBundle Bundle, string Id)> _updates = [];
    private readonly List<string> _order = [];

    public Func<string, bool, CancellationToken, string> Answer { get; init; } = (_, _, _) => throw new InvalidOperationException("Nobody can answer here.");

    public string Stdout { get { lock (_lock) return _stdout.ToString(); } }

    public string Stderr { get { lock (_lock) return _stderr.ToString(); } }

    public IReadOnlyList<(MimeBundle Bundle, string? Id)> Displays { get { lock (_lock) return [.. _displays]; } }

    public IReadOnlyList<(MimeBundle Bundle, string Id)> Updates { get { lock (_lock) return [.. _updates]; } }

    /// <summary>What came, by kind: <c>stdout</c>, <c>stderr</c>, <c>display</c>, <c>update</c>, <c>clear</c>.</summary>
    public IReadOnlyList<string> Order { get { lock (_lock) return [.. _order]; } }

    public int Writes { get; private set; }

    public void Write(StreamName stream, string text)
    {
        lock (_lock)
        {
            Writes++;
            (stream == StreamName.Stdout ? _stdout : _stderr).Append(text);
            _order.Add(stream == StreamName.Stdout ? "stdout" : "stderr");
        }
    }

    public void Display(MimeBundle bundle, string? displayId)
    {
        lock (_lock)
        {
            _displays.Add((bundle, displayId));
            _order.Add("display");
        }
    }

    public void UpdateDisplay(MimeBundle bundle, string displayId)
    {
        lock (_lock)
        {
            _updates.Add((bundle, displayId));
            _order.Add("update");
        }
    }

    public void Clear(bool wait)
    {
        lock (_lock) _order.Add("clear");
    }

    public string ReadLine(string prompt, bool password, CancellationToken cancellation) => Answer(prompt, password, cancellation);
}
