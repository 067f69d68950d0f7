using Interp.Plotly;

namespace Interp;

public static partial class Plot
{
    /// <summary>Loss over training, with the phase change shaded.</summary>
    /// <param name="tokens">[snapshots] training tokens seen.</param>
    /// <param name="loss">[snapshots] mean loss in nats/token.</param>
    /// <param name="window">The phase change; null when there is none.</param>
    /// <param name="title">The figure's title.</param>
    public static Figure Loss(IReadOnlyList<double> tokens, IReadOnlyList<double> loss, TokenWindow? window = null, string? title = null) =>
        OneCurve(tokens, loss, LossTitle, window, title ?? "Loss over training");

    /// <summary>The in-context learning score over training, with the phase change shaded. Negative: later tokens are predicted better.</summary>
    /// <param name="tokens">[snapshots] training tokens seen.</param>
    /// <param name="score">[snapshots] loss at a late index minus loss at an early index, in nats.</param>
    /// <param name="window">The phase change; null when there is none.</param>
    /// <param name="title">The figure's title.</param>
    public static Figure InContextScore(IReadOnlyList<double> tokens, IReadOnlyList<double> score, TokenWindow? window = null, string? title = null) =>
        OneCurve(tokens, score, ScoreTitle, window, title ?? "In-context learning score over training");

    /// <summary>Loss above, in-context learning score below, over the same training tokens, with the phase change shaded in both.</summary>
    /// <param name="tokens">[snapshots] training tokens seen.</param>
    /// <param name="loss">[snapshots] mean loss in nats/token.</param>
    /// <param name="score">[snapshots] loss at a late index minus loss at an early index, in nats.</param>
    /// <param name="window">The phase change; null when there is none.</param>
    /// <param name="title">The figure's title.</param>
    public static Figure LossAndInContextScore(
        IReadOnlyList<double> tokens, IReadOnlyList<double> loss, IReadOnlyList<double> score, TokenWindow? window = null, string? title = null)
    {
        SameLength(loss.Count, tokens.Count, nameof(loss), "the snapshots in tokens");
        SameLength(score.Count, tokens.Count, nameof(score), "the snapshots in tokens");
        return new Figure
        {
            Traces =
            [
                TokensCurve(tokens, loss, "loss", FigureStyle.Colors[0]),
                TokensCurve(tokens, score, "in-context score", FigureStyle.Colors[1]) with { XAxis = "x2", YAxis = "y2" },
            ],
            Layout = new Layout
            {
                Title = title ?? "Loss and in-context learning score",
                Height = 440,
                ShowLegend = false,
                XAxes = [TokensAxis() with { Title = null, ShowTickLabels = false, Matches = "x2" }, TokensAxis() with { Anchor = "y2" }],
                YAxes = [new Axis { Title = LossTitle, Domain = [0.54, 1] }, new Axis { Title = ScoreTitle, Domain = [0, 0.46], Anchor = "x2" }],
                Shapes = [.. Shade(window), .. Shade(window, "x2", "y2")],
            },
        };
    }

    private static Figure OneCurve(IReadOnlyList<double> tokens, IReadOnlyList<double> values, string yTitle, TokenWindow? window, string title)
    {
        SameLength(values.Count, tokens.Count, nameof(values), "the snapshots in tokens");
        return new Figure
        {
            Traces = [TokensCurve(tokens, values, title, FigureStyle.Colors[0])],
            Layout = new Layout { Title = title, ShowLegend = false, XAxes = [TokensAxis()], YAxes = [new Axis { Title = yTitle }], Shapes = Shade(window) },
        };
    }

    private static ScatterTrace TokensCurve(IReadOnlyList<double> tokens, IReadOnlyList<double> values, string name, string color) => new()
    {
        Name = name,
        X = Values.From(tokens),
        Y = Values.From(values),
        Line = new Line { Color = color },
        HoverTemplate = "%{x:.3s} tokens: %{y:.3f}<extra></extra>",
    };
}
