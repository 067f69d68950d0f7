using System.Text.Json.Nodes;
using Interp.Plotly;

namespace Interp;

/// <summary>The look of every figure: fonts, grid, colours. The data's colours are the same in light and dark.</summary>
public sealed record FigureStyle
{
    /// <summary>Dark text on white.</summary>
    public static FigureStyle Light { get; } = new() { Name = "light", Background = "#ffffff", Text = "#24292f", Faint = "#57606a", Grid = "#e7eaee", Rule = "#c4cad1" };

    /// <summary>Light text on near-black.</summary>
    public static FigureStyle Dark { get; } = new() { Name = "dark", Background = "#15181d", Text = "#dfe3e8", Faint = "#9aa4b0", Grid = "#2a3038", Rule = "#4a525d" };

    /// <summary>
    /// Colours for kinds of things that any colour vision tells apart (Okabe and Ito 2008), without the black and the yellow,
    /// which vanish on one of the two backgrounds.
    /// </summary>
    public static IReadOnlyList<string> Colors { get; } = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"];

    /// <summary>The colour of what is not singled out.</summary>
    public const string Muted = "#8c959f";

    /// <summary>The shade of the phase change window.</summary>
    public const string WindowShade = "rgba(230,159,0,0.20)";

    /// <summary>"light" or "dark".</summary>
    public required string Name { get; init; }

    /// <summary>The colour behind everything.</summary>
    public required string Background { get; init; }

    /// <summary>The colour of titles.</summary>
    public required string Text { get; init; }

    /// <summary>The colour of tick labels.</summary>
    public required string Faint { get; init; }

    /// <summary>The colour of grid lines.</summary>
    public required string Grid { get; init; }

    /// <summary>The colour of axis lines.</summary>
    public required string Rule { get; init; }

    /// <summary>A CSS font-family list.</summary>
    public string FontFamily { get; init; } = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif";

    /// <summary>The size of text in pixels.</summary>
    public double FontSize { get; init; } = 12;

    /// <summary>The colour of a layer among <paramref name="layers"/>: named colours for up to six, a scale for more.</summary>
    public static string LayerColor(int layer, int layers)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(layer);
        // Viridis without its ends, which are near black and near white.
        return layers <= Colors.Count ? Colors[layer % Colors.Count] : ColorScale.Viridis.At(0.2 + 0.65 * layer / (layers - 1));
    }

    /// <summary>A Plotly template: what a figure does not say itself.</summary>
    internal JsonObject ToTemplate()
    {
        JsonObject Axis() => new()
        {
            ["automargin"] = true,
            ["gridcolor"] = Grid,
            ["linecolor"] = Rule,
            ["showline"] = true,
            ["zeroline"] = false,
            ["ticks"] = "outside",
            ["ticklen"] = 4,
            ["tickcolor"] = Rule,
            ["tickfont"] = new JsonObject { ["color"] = Faint, ["size"] = FontSize - 1 },
            ["title"] = new JsonObject { ["standoff"] = 8, ["font"] = new JsonObject { ["size"] = FontSize } },
        };
        return new JsonObject
        {
            ["layout"] = new JsonObject
            {
                ["paper_bgcolor"] = Background,
                ["plot_bgcolor"] = Background,
                ["font"] = new JsonObject { ["family"] = FontFamily, ["size"] = FontSize, ["color"] = Text },
                ["title"] = new JsonObject { ["x"] = 0, ["xref"] = "paper", ["xanchor"] = "left", ["y"] = 1, ["yref"] = "container", ["yanchor"] = "top", ["pad"] = new JsonObject { ["t"] = 12 }, ["font"] = new JsonObject { ["size"] = FontSize + 2 } },
                ["colorway"] = new JsonArray([.. Colors.Select(c => (JsonNode)c)]),
                ["margin"] = new JsonObject { ["l"] = 56, ["r"] = 16, ["t"] = 44, ["b"] = 48 },
                ["hovermode"] = "closest",
                // Plotly derives the buttons' background from the paper's colour, which a page makes transparent.
                ["modebar"] = new JsonObject { ["bgcolor"] = "rgba(0,0,0,0)", ["color"] = Rule, ["activecolor"] = Faint },
                ["hoverlabel"] = new JsonObject { ["font"] = new JsonObject { ["family"] = FontFamily, ["size"] = FontSize } },
                ["legend"] = new JsonObject { ["bgcolor"] = "rgba(0,0,0,0)", ["font"] = new JsonObject { ["size"] = FontSize - 1 } },
                ["xaxis"] = Axis(),
                ["yaxis"] = Axis(),
            },
            ["data"] = new JsonObject
            {
                ["scatter"] = new JsonArray(new JsonObject { ["line"] = new JsonObject { ["width"] = 1.8 } }),
                ["heatmap"] = new JsonArray(new JsonObject
                {
                    ["colorbar"] = new JsonObject
                    {
                        ["thickness"] = 10,
                        ["outlinewidth"] = 0,
                        ["ticklen"] = 3,
                        ["tickfont"] = new JsonObject { ["color"] = Faint, ["size"] = FontSize - 1 },
                        ["title"] = new JsonObject { ["side"] = "right", ["font"] = new JsonObject { ["size"] = FontSize } },
                    },
                }),
            },
        };
    }
}
