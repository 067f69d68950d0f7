namespace Interp.Plotly;

/// <summary>A matrix as coloured cells.</summary>
public sealed record HeatmapTrace : Trace
{
    /// <summary>The centres of the columns (numbers or categories); absent: 0, 1, ….</summary>
    public Values? X { get; init; }

    /// <summary>The centres of the rows; absent: 0, 1, ….</summary>
    public Values? Y { get; init; }

    /// <summary>[rows, columns]; NaN leaves a cell empty.</summary>
    public required float[,] Z { get; init; }

    /// <summary>The value of the first colour.</summary>
    public double? ZMin { get; init; }

    /// <summary>The value of the last colour.</summary>
    public double? ZMax { get; init; }

    /// <summary>The colours from <see cref="ZMin"/> to <see cref="ZMax"/>.</summary>
    public ColorScale? ColorScale { get; init; }

    /// <summary>The key to the colours.</summary>
    public ColorBar? ColorBar { get; init; }

    /// <summary>Whether the key is drawn.</summary>
    public bool? ShowScale { get; init; }

    /// <summary>The gap between cells in pixels, horizontally.</summary>
    public double? XGap { get; init; }

    /// <summary>The gap between cells in pixels, vertically.</summary>
    public double? YGap { get; init; }
}
