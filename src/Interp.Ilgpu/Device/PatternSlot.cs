using ILGPU;
using ILGPU.Runtime;

namespace Interp.Device;

/// <summary>The patterns of some layers on their way through the device: staged, uploaded as they come, scored by one launch a score, and read back.</summary>
/// <remarks>Everything of a slot goes through its own stream, in order, so that the device scores one slot's patterns while the host fills another's.</remarks>
internal sealed class PatternSlot(Accelerator accelerator) : IDisposable
{
    /// <summary>The most elements that the patterns in a slot take together (64 MiB), unless one layer takes more.</summary>
    private const long MostElements = 1 << 24;

    private readonly AcceleratorStream _stream = accelerator.CreateStream();
    private readonly DeviceBuffer<float> _patterns = new(accelerator, onHost: true), _values = new(accelerator, onHost: false), _results = new(accelerator, onHost: true);
    private readonly DeviceBuffer<int> _tokens = new(accelerator, onHost: true);
    private int _capacity, _layers;
    private Task _done = Task.CompletedTask;

    /// <summary>Whose patterns it holds.</summary>
    public DevicePass Pass { get; private set; } = null!;

    /// <summary>Whether no further layer has room.</summary>
    public bool Full => _layers == _capacity;

    /// <summary>Makes room for a pass's patterns and uploads its tokens.</summary>
    public void Open(DevicePass pass, int layers)
    {
        (Pass, _layers) = (pass, 0);
        _capacity = (int)Math.Clamp(MostElements / pass.LayerLength, 1, layers);
        _patterns.Reserve(_capacity * pass.LayerLength);
        _tokens.Reserve(pass.Tokens.Ids.Length);
        pass.Tokens.Ids.CopyTo(_tokens.Host);
        _tokens.Upload(_stream, 0, pass.Tokens.Ids.Length);
    }

    /// <summary>Copies a layer's pattern to page-locked memory and begins to upload it.</summary>
    public void Stage(ReadOnlySpan<float> pattern)
    {
        long first = _layers * Pass.LayerLength;
        pattern.CopyTo(_patterns.Host[(int)first..]);
        _patterns.Upload(_stream, first, pattern.Length);
        _layers++;
    }

    /// <summary>Begins to score what is staged.</summary>
    public void Launch()
    {
        (int batch, int heads, int queries, int keys) = Pass.Axes;
        int patterns = _layers * batch * heads;
        PatternBatch views = new(_patterns.Reserve(_layers * Pass.LayerLength), _tokens.Reserve(Pass.Tokens.Ids.Length), batch, heads, queries, keys);
        ArrayView<float> values = _values.Reserve((long)patterns * queries), results = _results.Reserve((long)patterns * Pass.Results);
        long first = 0;
        foreach (DeviceScore score in Pass.Scores)
        {
            long length = (long)patterns * score.Results;
            score.Launch(_stream, views, patterns, values, results.SubView(first, length));
            first += length;
        }
        if (first > 0) _results.Download(_stream, first);
        // Waiting on another thread has the driver begin at once; some keep commands back until somebody waits.
        _done = _stream.SynchronizeAsync();
    }

    /// <summary>Waits and gives the results to the pass.</summary>
    public void Complete()
    {
        _done.GetAwaiter().GetResult();
        (int batch, int heads, _, _) = Pass.Axes;
        ReadOnlySpan<float> results = _results.Host;
        int each = batch * heads;
        for (int l = 0; l < _layers; l++)
        {
            float[][] layer = new float[Pass.Results][];
            for (int r = 0; r < layer.Length; r++)
                layer[r] = PatternScores.MeanOverBatch(results.Slice(((r * _layers) + l) * each, each), heads);
            Pass.Done.Add(layer);
        }
    }

    /// <summary>Waits until the device has let go of the slot, whatever has become of the results.</summary>
    public void Settle()
    {
        try
        {
            _done.GetAwaiter().GetResult();
            _stream.Synchronize();
        }
        catch (AcceleratorException)
        {
            // Whoever wants the results hears of it.
        }
    }

    public void Dispose()
    {
        // A pass that nobody finished may still be under way, and a copy must not outlive its memory.
        Settle();
        LostDevices.FreeOrKeep(this, _patterns, _values, _results, _tokens, _stream);
    }
}
