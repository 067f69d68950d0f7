namespace Interp;

/// <summary>Tensors made on this thread while a scope is open return their memory to the pool when it is disposed, unless kept.</summary>
/// <remarks>
/// Without a scope tensors are ordinary objects and the garbage collector frees them. With one around each step of a loop, the steps share
/// their memory and allocate next to nothing:
/// <code>
/// for (int step = 0; step &lt; steps; step++)
/// {
///     using var scope = TensorScope.Begin();
///     Tensor loss = Ops.Mean(model.Losses(batch));
///     loss.Backward();          // gradients of leaves never belong to a scope
///     optimizer.Step();
///     Console.WriteLine(loss.Item());
/// }
/// </code>
/// Using a tensor after its scope was disposed throws <see cref="ObjectDisposedException"/>; a span taken from it before must not be used then.
/// </remarks>
public sealed class TensorScope : IDisposable
{
    [ThreadStatic]
    private static TensorScope? t_current;

    [ThreadStatic]
    private static Stack<List<TensorStorage>>? t_idleLists;

    private readonly TensorScope? _outer;
    private List<TensorStorage>? _storages;

    private TensorScope(TensorScope? outer, List<TensorStorage> storages) => (_outer, _storages) = (outer, storages);

    /// <summary>The innermost open scope of this thread.</summary>
    internal static TensorScope? Current => t_current;

    /// <summary>Opens a scope on this thread; scopes nest, and a tensor belongs to the innermost.</summary>
    public static TensorScope Begin()
    {
        List<TensorStorage> storages = (t_idleLists ??= []).TryPop(out List<TensorStorage>? idle) ? idle : [];
        return t_current = new TensorScope(t_current, storages);
    }

    /// <summary>Returns the scope's tensors to the pool; using one of them afterwards throws.</summary>
    /// <exception cref="InvalidOperationException">The scope is not the innermost open one of this thread.</exception>
    public void Dispose()
    {
        if (_storages is not { } storages) return;
        if (t_current != this)
        {
            throw new InvalidOperationException(
                "Scopes end in the reverse order of their beginning, on the thread that began them: this one is not the innermost of this thread. " +
                "Hold it in a 'using' and do not await inside it.");
        }
        t_current = _outer;
        _storages = null;
        foreach (TensorStorage storage in storages)
            if (storage.Scope == this) storage.Return();
        storages.Clear();
        t_idleLists!.Push(storages);
        if (_outer is null) TensorPool.ScopeEnded();
    }

    /// <summary>
    /// Hands a result, with the graph behind it where operations were recorded, to the enclosing scope (without one it is kept): what a function that
    /// opens a scope for its intermediates returns.
    /// </summary>
    /// <param name="result">A tensor of this scope; others are left as they are.</param>
    /// <returns>The result.</returns>
    public Tensor Release(Tensor result)
    {
        ArgumentNullException.ThrowIfNull(result);
        ObjectDisposedException.ThrowIf(_storages is null, this);
        if (!result.RequiresGrad)
        {
            if (result.Storage.Scope == this) result.Storage.MoveTo(_outer);
            return result;
        }
        foreach (TensorStorage storage in _storages)
            if (storage.Scope == this) storage.MoveTo(_outer);
        return result;
    }

    /// <summary>Hands a tensor from a scope inside <paramref name="scope"/> to that one (null: it is kept), and leaves one that lives as long already.</summary>
    internal static void Lift(Tensor tensor, TensorScope? scope)
    {
        TensorScope? owner = tensor.Storage.Scope;
        if (owner is null) return;
        for (TensorScope? outer = scope; outer is not null; outer = outer._outer)
            if (outer == owner) return;
        tensor.Storage.MoveTo(scope);
    }

    internal void Add(TensorStorage storage) => _storages!.Add(storage);
}
