using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Interp;

/// <summary>The memory behind one tensor and its views: a pinned, 64-byte aligned array (from the pool or plain), or memory owned elsewhere.</summary>
internal sealed unsafe class TensorStorage
{
    // Memory owned elsewhere (a mapped file) is never given back: a span does not keep its owner alive, so no moment is safe.
    private static readonly List<object> s_foreignOwners = [];

    private readonly float* _foreign;
    private readonly int _start;
    private float[]? _array;
    private TensorScope? _scope;

    private TensorStorage(float[] array, TensorScope? scope)
    {
        _array = array;
        _start = TensorPool.AlignedStart(array);
        _scope = scope;
    }

    /// <summary>Wraps memory owned by <paramref name="owner"/>, which stays reachable until the process ends. Writable memory must be mapped privately.</summary>
    public TensorStorage(float* pointer, object owner)
    {
        _foreign = pointer;
        lock (s_foreignOwners) s_foreignOwners.Add(owner);
    }

    /// <summary>How many gradients in flight use this memory; with one, that one may be added to in place. Only backward passes count here.</summary>
    public int Holders { get; set; }

    /// <summary>Uninitialised memory: from the pool where a scope is open on this thread, else plain.</summary>
    public static TensorStorage Allocate(int length)
    {
        if (TensorScope.Current is not { } scope) return AllocatePlain(length);
        var storage = new TensorStorage(TensorPool.Rent(length), scope);
        scope.Add(storage);
        return storage;
    }

    /// <summary>Uninitialised memory that lives as long as it is referenced.</summary>
    public static TensorStorage AllocatePlain(int length) => new(TensorPool.NewArray(length), null);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Span<float> Span(int offset, int length)
    {
        // Through the array, so that the span itself keeps the memory alive.
        if (_array is { } array)
            return MemoryMarshal.CreateSpan(ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(array), _start + offset), length);
        if (_foreign != null) return new Span<float>(_foreign + offset, length);
        throw Ended();
    }

    /// <summary>The array behind managed memory, and where in it the memory begins; null for foreign memory.</summary>
    public float[]? Array(out int start)
    {
        start = _start;
        return _array;
    }

    /// <summary>Whether the memory went back to the pool: every use throws.</summary>
    public bool HasEnded => _array is null && _foreign == null;

    /// <summary>The scope that will give the memory back; null for kept, plain and foreign memory.</summary>
    public TensorScope? Scope => _scope;

    /// <summary>Makes <paramref name="scope"/> give the memory back instead of its present scope (null: kept).</summary>
    public void MoveTo(TensorScope? scope)
    {
        _scope = scope;
        scope?.Add(this);
    }

    /// <summary>Takes the memory out of its scope and of the pool.</summary>
    public void Keep()
    {
        if (HasEnded) throw Ended();
        _scope = null;
    }

    /// <summary>Gives scope memory back to the pool; every later use of it throws. Kept, plain and foreign memory stays.</summary>
    public void Return()
    {
        if (_scope is null || _array is not { } array) return;
        _array = null;
        _scope = null;
        TensorPool.Return(array);
    }

    /// <summary>One gradient in flight fewer; the last one gives the memory back.</summary>
    public void Drop()
    {
        if (--Holders <= 0) Return();
    }

    private static ObjectDisposedException Ended() => new(
        nameof(Tensor),
        "This tensor's memory went back to the pool when its TensorScope was disposed (or, for the gradient of an intermediate, when " +
        "Backward() was done with it). Call Keep() on a tensor that must outlive its scope, or copy what you need inside the scope.");
}
