using ILGPU;
using ILGPU.Runtime;

namespace Interp.Device;

/// <summary>An unembedding in device memory; a thread takes one row of vectors through a stretch of the vocabulary.</summary>
internal sealed class DeviceVocabulary : IVocabularyRaise
{
    /// <summary>About as many threads as keep a large device busy.</summary>
    private const int WantedThreads = 1 << 17;

    private readonly IlgpuScoreRunner _runner;
    private readonly DeviceBuffer<float> _unembedding, _rows, _shifts, _stretches, _totals;
    private readonly bool _tied;
    private readonly int _width, _vocabulary;

    public DeviceVocabulary(IlgpuScoreRunner runner, Accelerator accelerator, Tensor unembedding, bool tied)
    {
        _runner = runner;
        _tied = tied;
        (_vocabulary, _width) = tied ? (unembedding.Shape[0], unembedding.Shape[1]) : (unembedding.Shape[1], unembedding.Shape[0]);
        _unembedding = new(accelerator, onHost: false);
        (_rows, _shifts) = (new(accelerator, onHost: true), new(accelerator, onHost: true));
        (_stretches, _totals) = (new(accelerator, onHost: false), new(accelerator, onHost: true));
        try
        {
            // As a span: ILGPU pins that while the driver reads it, and not a reference.
            ReadOnlySpan<float> weights = unembedding.Span;
            _unembedding.Reserve(weights.Length).CopyFromCPU(runner.Stream, weights);
        }
        catch (AcceleratorException e)
        {
            Dispose();
            throw runner.Failed(e);
        }
    }

    public float[] Of(ReadOnlySpan<float> rows, ReadOnlySpan<float> shifts)
    {
        int count = shifts.Length;
        if (rows.Length != count * _width)
            throw new ArgumentException($"{count} rows of d_model {_width} are {count * _width} numbers, not {rows.Length}.", nameof(rows));
        if (count == 0) return [];
        try
        {
            Sum(rows, shifts, count);
        }
        catch (AcceleratorException e)
        {
            throw _runner.Failed(e);
        }
        return _totals.Host[..count].ToArray();
    }

    public void Dispose()
    {
        _unembedding.Dispose();
        _rows.Dispose();
        _shifts.Dispose();
        _stretches.Dispose();
        _totals.Dispose();
    }

    private void Sum(ReadOnlySpan<float> rows, ReadOnlySpan<float> shifts, int count)
    {
        AcceleratorStream stream = _runner.Stream;
        int stretch = Math.Max(1, (int)((long)_vocabulary * count / WantedThreads)), stretches = (_vocabulary + stretch - 1) / stretch;
        ArrayView<float> weights = _unembedding.Reserve((long)_vocabulary * _width), vectors = _rows.Reserve(rows.Length), means = _shifts.Reserve(count);
        ArrayView<float> partial = _stretches.Reserve((long)stretches * count), totals = _totals.Reserve(count);
        // Column by column: neighbouring threads have neighbouring rows.
        for (int row = 0; row < count; row++)
            for (int i = 0; i < _width; i++) _rows.Host[(i * count) + row] = rows[(row * _width) + i];
        shifts.CopyTo(_shifts.Host);
        _rows.Upload(stream, 0, rows.Length);
        _shifts.Upload(stream, 0, count);
        DeviceMatrix unembedding = _tied ? new(weights, _width, 1) : new(weights, 1, _vocabulary);
        _runner.Raise(new DeviceMatrix(vectors, 1, count), unembedding, means, count, _width, _vocabulary, stretch, stretches, partial, totals);
        _totals.Download(stream, count);
        stream.Synchronize();
    }
}
