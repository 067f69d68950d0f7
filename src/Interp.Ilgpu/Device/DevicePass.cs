using Interp.Kernels;

namespace Interp.Device;

/// <summary>The patterns of one batch of sequences, slot after slot.</summary>
internal sealed class DevicePass(IlgpuScoreRunner runner, Tokens tokens, int layers) : IScorePass
{
    private int _scored;

    /// <summary>[batch, key]</summary>
    public Tokens Tokens => tokens;

    /// <summary>The axes of a layer's pattern, known from the first one on.</summary>
    public (int Batch, int Heads, int Queries, int Keys) Axes { get; private set; }

    /// <summary>The elements of a layer's pattern.</summary>
    public long LayerLength => (long)Axes.Batch * Axes.Heads * Axes.Queries * Axes.Keys;

    /// <summary>The scores in the order of their results.</summary>
    public List<DeviceScore> Scores { get; } = [];

    /// <summary>How many numbers a head gets.</summary>
    public int Results => Scores.Sum(score => score.Results);

    /// <summary>The layers whose results have come back, [layer][result][head].</summary>
    public List<float[][]> Done { get; } = [];

    /// <summary>What went wrong on the device, where something has: then no more results come.</summary>
    public Exception? Failure { get; set; }

    public void Add<TScore>(TScore score)
        where TScore : unmanaged, IQueryScore =>
        Scores.Add(runner.Mean(score));

    public void AddOffsets(int first, int last) => Scores.Add(runner.Offsets(first, last));

    public void Score(Tensor pattern)
    {
        (int, int, int, int) axes = PatternScores.Axes(pattern, tokens);
        if (_scored == 0) Axes = axes;
        else if (axes != Axes) throw new ArgumentException($"The patterns of a pass have one shape; {axes} came after {Axes}.", nameof(pattern));
        runner.Stage(this, pattern.Span, Math.Max(1, layers - _scored));
        _scored++;
    }

    public float[][][] Finish()
    {
        runner.Finish(this, _scored);
        return [.. Done];
    }
}
