using Interp.Plotly;

namespace Interp;

/// <summary>Curves that grow below a notebook's cell while it runs. They are drawn a few times a second, however many points come; any thread may add some.</summary>
/// <example><code>
/// using var curve = new LiveCurve("loss (nats)");
/// while (trainer.Step &lt; config.Steps) curve.Add(trainer.Tokens, trainer.Next().Loss);
/// </code></example>
public sealed class LiveCurve : IDisposable
{
    // Beyond this every second point is dropped, evenly: a screen shows no more.
    private const int MostPoints = 1000;

    private const int MillisecondsBetween = 400;

    private readonly Lock _lock = new();
    private readonly List<Points> _curves = [];
    private readonly string _measure, _over;
    private readonly string? _title;
    private readonly DisplayHandle _handle;
    private long _next;

    /// <summary>Shows an empty plot.</summary>
    /// <param name="measure">What is measured, with its unit: <c>loss (nats)</c>.</param>
    /// <param name="over">What it is measured over: <c>tokens</c>.</param>
    /// <param name="title">The figure's title.</param>
    public LiveCurve(string measure, string over = "tokens", string? title = null)
    {
        (_measure, _over, _title) = (measure, over, title);
        _next = Environment.TickCount64 + MillisecondsBetween;
        _handle = DisplayHandle.Show(ToFigure());
    }

    /// <summary>Adds a point.</summary>
    /// <param name="x">Where.</param>
    /// <param name="y">How much.</param>
    /// <param name="curve">Which of several curves.</param>
    public void Add(double x, double y, string curve = "")
    {
        lock (_lock)
        {
            Points? points = _curves.Find(c => c.Name == curve);
            if (points is null) _curves.Add(points = new Points(curve));
            points.Add(x, y);
            if (Environment.TickCount64 < _next) return;
            _next = Environment.TickCount64 + MillisecondsBetween;
        }
        _handle.Update(ToFigure());
    }

    /// <summary>The curves as they are now.</summary>
    public Figure ToFigure()
    {
        lock (_lock)
        {
            return new Figure
            {
                Traces = [.. _curves.Select((c, i) => c.ToTrace(FigureStyle.Colors[i % FigureStyle.Colors.Count]))],
                Layout = new Layout
                {
                    Title = _title,
                    ShowLegend = _curves.Count > 1,
                    XAxes = [new Axis { Title = _over, TickFormat = "~s" }],
                    YAxes = [new Axis { Title = _measure }],
                },
            };
        }
    }

    /// <summary>Draws the curves as they ended.</summary>
    public void Dispose() => _handle.Update(ToFigure());

    private sealed class Points(string name)
    {
        private readonly List<double> _x = [], _y = [];
        private int _stride = 1;
        private long _seen;
        private (double X, double Y) _last;

        public string Name => name;

        public void Add(double x, double y)
        {
            _last = (x, y);
            if (_seen++ % _stride != 0) return;
            _x.Add(x);
            _y.Add(y);
            if (_x.Count < MostPoints) return;
            for (int i = 0; 2 * i < MostPoints; i++) (_x[i], _y[i]) = (_x[2 * i], _y[2 * i]);
            _x.RemoveRange(MostPoints / 2, _x.Count - (MostPoints / 2));
            _y.RemoveRange(MostPoints / 2, _y.Count - (MostPoints / 2));
            _stride *= 2;
        }

        public ScatterTrace ToTrace(string color) => new()
        {
            Name = name.Length == 0 ? null : name,
            // The newest point is always there.
            X = Values.From((List<double>)[.. _x, _last.X]),
            Y = Values.From((List<double>)[.. _y, _last.Y]),
            Line = new Line { Color = color },
        };
    }
}
