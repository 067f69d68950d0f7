using System.Runtime.ExceptionServices;
using ILGPU;
using ILGPU.Runtime;
using Interp.Device;
using Interp.Kernels;

namespace Interp;

/// <summary>The kernels of <c>Interp.Kernels</c> on a CUDA or OpenCL device, or on ILGPU's CPU accelerator, compiled from the same bodies as the CPU's SIMD path.</summary>
/// <remarks>
/// <code>
/// using IlgpuScoreRunner gpu = IlgpuScoreRunner.Open(IlgpuDevice.Auto);
/// HeadScores heads = HeadScores.Measure(model, new HeadScoreOptions { Runner = gpu });
/// </code>
/// The patterns of several layers go up in one buffer, through page-locked memory and a stream of their own, while the model computes the
/// next ones. One thread at a time may use a runner. A kernel of the user's own that ILGPU cannot compile leaves the runner unusable: open another.
/// </remarks>
public sealed class IlgpuScoreRunner : IScoreRunner, IDisposable
{
    private readonly Context _context;
    private readonly Accelerator _accelerator;
    private readonly Dictionary<Type, Delegate> _scores = [];
    private readonly Action<AcceleratorStream, Index1D, ArrayView<float>, int, ArrayView<float>> _means;
    private readonly Action<AcceleratorStream, Index1D, PatternBatch, int, int, int, ArrayView<float>> _offsets;
    private readonly Action<AcceleratorStream, Index1D, ArrayView<float>, ArrayView<float>, int, int, ArrayView<CopyingSums>> _copyingQueries;
    private readonly Action<AcceleratorStream, Index1D, ArrayView<CopyingSums>, int, ArrayView<CopyingSums>> _copyingTotals;
    private readonly Action<AcceleratorStream, Index1D, DeviceMatrix, DeviceMatrix, ArrayView<float>, int, int, int, int, ArrayView<float>> _raise;
    private readonly Action<AcceleratorStream, Index1D, ArrayView<float>, int, int, ArrayView<float>> _raiseTotals;
    private readonly DeviceBuffer<float> _patterns, _logits;
    private readonly DeviceBuffer<CopyingSums> _sums, _totals;
    private readonly Stack<PatternSlot> _free;
    private readonly Queue<PatternSlot> _launched = [];
    private PatternSlot? _filling;

    /// <summary>Takes over a context with its accelerator, and compiles every kernel.</summary>
    internal IlgpuScoreRunner(Context context, Accelerator accelerator, IReadOnlyList<SkippedDevice> skipped)
    {
        (_context, _accelerator, Skipped) = (context, accelerator, skipped);
        Stream = accelerator.CreateStream();
        _means = accelerator.LoadAutoGroupedKernel<Index1D, ArrayView<float>, int, ArrayView<float>>(ScoreKernels.Means);
        _offsets = accelerator.LoadAutoGroupedKernel<Index1D, PatternBatch, int, int, int, ArrayView<float>>(ScoreKernels.Offsets);
        _copyingQueries = accelerator.LoadAutoGroupedKernel<Index1D, ArrayView<float>, ArrayView<float>, int, int, ArrayView<CopyingSums>>(ScoreKernels.CopyingQueries);
        _copyingTotals = accelerator.LoadAutoGroupedKernel<Index1D, ArrayView<CopyingSums>, int, ArrayView<CopyingSums>>(ScoreKernels.CopyingTotals);
        _raise = accelerator.LoadAutoGroupedKernel<Index1D, DeviceMatrix, DeviceMatrix, ArrayView<float>, int, int, int, int, ArrayView<float>>(ScoreKernels.Raise);
        _raiseTotals = accelerator.LoadAutoGroupedKernel<Index1D, ArrayView<float>, int, int, ArrayView<float>>(ScoreKernels.RaiseTotals);
        (_patterns, _logits) = (new(accelerator, onHost: true), new(accelerator, onHost: true));
        (_sums, _totals) = (new(accelerator, onHost: false), new(accelerator, onHost: true));
        _free = new([new PatternSlot(accelerator), new PatternSlot(accelerator)]);
    }

    /// <inheritdoc/>
    public string Name => $"{_accelerator.Name} ({_accelerator.AcceleratorType}, ILGPU)";

    /// <summary>Whether this is ILGPU's CPU accelerator, which <see cref="SimdScoreRunner"/> is faster than.</summary>
    public bool IsForChecking => _accelerator.AcceleratorType == AcceleratorType.CPU;

    /// <summary>The devices that were looked at first and not used, with the reason.</summary>
    public IReadOnlyList<SkippedDevice> Skipped { get; }

    /// <summary>The stream of everything but passes.</summary>
    internal AcceleratorStream Stream { get; }

    /// <summary>Opens the first device that has what the kernels need and computes a small case right.</summary>
    /// <param name="device">Which sort of device.</param>
    /// <exception cref="InvalidOperationException">No device of that sort works; the message names each one and its reason.</exception>
    public static IlgpuScoreRunner Open(IlgpuDevice device = IlgpuDevice.Auto) => DeviceSearch.Open(device);

    /// <inheritdoc/>
    /// <remarks>Where the device fails or has no room, the pass ends in an <see cref="InvalidOperationException"/> that names it; other passes go on as far as the device does.</remarks>
    public IScorePass Begin(Tokens tokens, int layers)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        return new DevicePass(this, tokens, layers);
    }

    /// <inheritdoc/>
    public CopyingSums[] Copying(Tensor patterns, ReadOnlySpan<float> logits)
    {
        CopyingShape shape = new(patterns, logits.Length);
        if (shape.Patterns * shape.Tokens == 0) return new CopyingSums[shape.Patterns];
        try
        {
            ArrayView<float> attention = _patterns.Reserve(patterns.Length), contributions = _logits.Reserve(logits.Length);
            ArrayView<CopyingSums> sums = _sums.Reserve(shape.Patterns * shape.Tokens), totals = _totals.Reserve(shape.Patterns);
            patterns.Span.CopyTo(_patterns.Host);
            _patterns.Upload(Stream, 0, patterns.Length);
            logits.CopyTo(_logits.Host);
            _logits.Upload(Stream, 0, logits.Length);
            _copyingQueries(Stream, shape.Patterns * shape.Tokens, attention, contributions, shape.Heads, shape.Tokens, sums);
            _copyingTotals(Stream, shape.Patterns, sums, shape.Tokens, totals);
            _totals.Download(Stream, shape.Patterns);
            Stream.Synchronize();
            return _totals.Host[..shape.Patterns].ToArray();
        }
        catch (AcceleratorException e)
        {
            throw Failed(e);
        }
    }

    /// <inheritdoc/>
    public IVocabularyRaise Vocabulary(Tensor unembedding, bool tied)
    {
        ArgumentNullException.ThrowIfNull(unembedding);
        return new DeviceVocabulary(this, _accelerator, unembedding, tied);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _filling?.Dispose();
        _filling = null;
        foreach (PatternSlot slot in _launched.Concat(_free)) slot.Dispose();
        LostDevices.FreeOrKeep(this, _patterns, _logits, _sums, _totals, Stream, _accelerator, _context);
    }

    /// <summary>A score's mean over queries.</summary>
    internal DeviceScore Mean<TScore>(TScore score)
        where TScore : unmanaged, IQueryScore
    {
        if (!_scores.TryGetValue(typeof(TScore), out Delegate? kernel))
            _scores[typeof(TScore)] = kernel = _accelerator.LoadAutoGroupedKernel<Index1D, PatternBatch, TScore, ArrayView<float>>(ScoreKernels.Queries);
        var queries = (Action<AcceleratorStream, Index1D, PatternBatch, TScore, ArrayView<float>>)kernel;
        return new DeviceScore(1, (stream, batch, patterns, values, results) =>
        {
            queries(stream, patterns * batch.Queries, batch, score, values);
            _means(stream, patterns, values, batch.Queries, results);
        });
    }

    /// <summary>The mean of every diagonal of a range.</summary>
    internal DeviceScore Offsets(int first, int last)
    {
        int count = last - first + 1;
        return new DeviceScore(count, (stream, batch, patterns, _, results) => _offsets(stream, patterns * count, batch, first, count, patterns, results));
    }

    /// <summary>The raise on each stretch of a vocabulary and on all of it.</summary>
    internal void Raise(
        DeviceMatrix results, DeviceMatrix unembedding, ArrayView<float> shifts, int rows, int width, int vocabulary, int stretch, int stretches,
        ArrayView<float> partial, ArrayView<float> totals)
    {
        _raise(Stream, stretches * rows, results, unembedding, shifts, rows, width, vocabulary, stretch, partial);
        _raiseTotals(Stream, rows, partial, rows, stretches, totals);
    }

    /// <summary>Takes a layer's pattern of a pass of which so many layers are still to come, this one included.</summary>
    internal void Stage(DevicePass pass, ReadOnlySpan<float> pattern, int layers)
    {
        try
        {
            if (_filling is not null && _filling.Pass != pass) Launch();
            if (_filling is null)
            {
                if (_free.Count == 0) CompleteOldest();
                _free.Peek().Open(pass, layers);
                _filling = _free.Pop();
            }
            _filling.Stage(pattern);
            if (_filling.Full) Launch();
        }
        catch (AcceleratorException e)
        {
            throw Failed(e);
        }
    }

    /// <summary>Waits until all layers of a pass are done.</summary>
    internal void Finish(DevicePass pass, int layers)
    {
        if (_filling?.Pass == pass) Launch();
        while (pass.Done.Count < layers && pass.Failure is null) CompleteOldest();
        if (pass.Failure is { } failure) ExceptionDispatchInfo.Throw(failure);
    }

    /// <summary>What to say of a device that no longer does what it should.</summary>
    internal InvalidOperationException Failed(AcceleratorException e) => new($"{Name} failed: {e.Message}. Without a runner the scores run on the CPU's SIMD units.", e);

    private void Launch()
    {
        PatternSlot slot = _filling!;
        _filling = null;
        try
        {
            slot.Launch();
            _launched.Enqueue(slot);
        }
        catch (Exception e)
        {
            // Another pass may have come in between: the one whose patterns these are hears of it.
            slot.Pass.Failure = e is AcceleratorException failed ? Failed(failed) : e;
            slot.Settle();
            _free.Push(slot);
        }
    }

    private void CompleteOldest()
    {
        PatternSlot slot = _launched.Dequeue();
        try
        {
            slot.Complete();
        }
        catch (AcceleratorException e)
        {
            slot.Pass.Failure = Failed(e);
        }
        _free.Push(slot);
    }
}
