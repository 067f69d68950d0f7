using Interp.Plotly;

namespace Interp;

public static partial class Plot
{
    /// <summary>Up to so many columns a token fits its cell at the size of the axes' labels; of more, Plotly shrinks the text.</summary>
    private const int WideCells = 16;

    /// <summary>The logit lens: a row a state of the residual stream, a column a position, a cell the likeliest next token, coloured by its probability.</summary>
    /// <param name="states">[state] names, the first at the bottom.</param>
    /// <param name="tokens">[position] the tokens that the model read.</param>
    /// <param name="guesses">[position][state] the likeliest next token.</param>
    /// <param name="probabilities">[position][state] its probability.</param>
    /// <param name="title">The figure's title.</param>
    /// <exception cref="ArgumentException">There is not one guess and probability for each state and position.</exception>
    public static Figure LogitLens(
        IReadOnlyList<string> states, IReadOnlyList<string> tokens, IReadOnlyList<IReadOnlyList<string>> guesses, IReadOnlyList<IReadOnlyList<double>> probabilities, string? title = null)
    {
        SameLength(guesses.Count, tokens.Count, "The list of guesses", "the tokens");
        SameLength(probabilities.Count, tokens.Count, "The list of probabilities", "the tokens");
        float[,] share = new float[states.Count, tokens.Count];
        string[][] text = [.. states.Select(_ => new string[tokens.Count])];
        for (int p = 0; p < tokens.Count; p++)
        {
            SameLength(guesses[p].Count, states.Count, $"The list of guesses at position {p}", "the states");
            SameLength(probabilities[p].Count, states.Count, $"The list of probabilities at position {p}", "the states");
            for (int s = 0; s < states.Count; s++)
            {
                share[s, p] = (float)probabilities[p][s];
                text[s][p] = PlotlyText.Token(guesses[p][s]);
            }
        }
        return new Figure
        {
            Traces =
            [
                new HeatmapTrace
                {
                    Z = share, ZMin = 0, ZMax = 1, ColorScale = ColorScale.Viridis, XGap = 1, YGap = 1, ColorBar = new ColorBar { Title = "probability" },
                    HoverTemplate = "position %{x}, state %{y}: %{text} %{z:.3f}<extra></extra>",
                    More = tokens.Count > WideCells
                        ? new() { ["text"] = text, ["texttemplate"] = "%{text}" }
                        : new() { ["text"] = text, ["texttemplate"] = "%{text}", ["textfont"] = new Font { Size = 11 } },
                },
            ],
            Layout = new Layout
            {
                Title = title is null ? "Logit lens: the likeliest next token after each state" : PlotlyText.Escape(title),
                Height = Math.Max(Figure.DefaultHeight, 120 + 22 * states.Count),
                XAxes = [LabelAxis(tokens) with { Title = "position (token read)" }],
                YAxes = [LabelAxis(states) with { Title = "state (of the residual stream)" }],
            },
        };
    }
}
