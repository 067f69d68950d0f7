using System.Globalization;

namespace Interp.Cli;

/// <summary>One patch: where, and what came of it.</summary>
/// <param name="Layer">The layer.</param>
/// <param name="Position">The position; null for all.</param>
/// <param name="Head">The head; null where the component has none.</param>
/// <param name="Token">The clean token at the position.</param>
/// <param name="Value">The result.</param>
internal sealed record PatchCell(int Layer, int? Position, int? Head, string? Token, double Value);

/// <summary>The results of patching or attribution patching, cell by cell: for printing and drawing.</summary>
internal sealed class PatchCells
{
    private readonly string[] _tokens;
    private readonly bool _heads, _positions;
    private readonly int _layers;

    /// <summary>Cells of a result [layer, position], [layer, head] or [layer, position, head].</summary>
    public PatchCells(ModelFile file, Tokens clean, Tensor result, PatchComponent component)
    {
        _tokens = file.TokenTexts(clean);
        _heads = component >= PatchComponent.HeadOutput;
        _positions = !_heads || result.Rank == 3;
        _layers = result.Shape[0];
        int heads = _heads ? result.Shape[^1] : 1, positions = _positions ? result.Shape[1] : 1;
        List<PatchCell> cells = [];
        for (int l = 0; l < _layers; l++)
            for (int p = 0; p < positions; p++)
                for (int h = 0; h < heads; h++)
                    cells.Add(new(l, _positions ? p : null, _heads ? h : null, _positions ? _tokens[p] : null, result.Span[(((l * positions) + p) * heads) + h]));
        All = cells;
    }

    /// <summary>Layer by layer, position by position, head by head.</summary>
    public IReadOnlyList<PatchCell> All { get; }

    /// <summary>Prints the cells with the largest values.</summary>
    public void Print(int most, string heading, Func<PatchCell, double> value)
    {
        Console.Out.WriteLine($"{"layer",5}{(_heads ? "  head" : "")}{(_positions ? "  position" : "")}  {heading}");
        foreach (PatchCell cell in All.OrderByDescending(c => Math.Abs(value(c))).Take(most))
            Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{cell.Layer,5}{(_heads ? $"{cell.Head,6}" : "")}{(_positions ? $"{cell.Position,10}" : "")}  {value(cell).ToString("+0.0000;-0.0000;0", CultureInfo.InvariantCulture).PadLeft(heading.Length)}{(_positions ? $"  '{cell.Token}'" : "")}"));
        if (All.Count > most) Terminal.Note($"The {most} largest of {All.Count}; --json and --html have all.");
    }

    /// <summary>A row a layer (or a head, where there are positions too), a column a head or a position.</summary>
    public Figure Draw(Func<PatchCell, double> value, string unit, string title)
    {
        int heads = All.Max(c => c.Head ?? 0) + 1;
        bool both = _heads && _positions;
        string[] rows = [.. Enumerable.Range(0, _layers).SelectMany(l => both ? Enumerable.Range(0, heads).Select(h => $"{l}.{h}") : [$"{l}"])];
        string[] columns = _positions ? _tokens : [.. Enumerable.Range(0, heads).Select(h => $"{h}")];
        float[,] values = new float[rows.Length, columns.Length];
        foreach (PatchCell cell in All) values[both ? (cell.Layer * heads) + cell.Head!.Value : cell.Layer, cell.Position ?? cell.Head!.Value] = (float)value(cell);
        return Plot.Effects(values, rows, columns, both ? "head (layer.head)" : "layer (index)", _positions ? "position (clean token)" : "head (index)", unit, title);
    }
}
