namespace Interp;

/// <summary>Tensors made on this thread while a scope is open return their memory to the pool when it is disposed, unless kept.</summary>
public sealed class TensorScope : IDisposable
{
    /// <summary>Opens a scope on this thread; scopes nest.</summary>
    public static TensorScope Begin() => throw new NotImplementedException();

    /// <summary>Returns the scope's tensors to the pool; using one of them afterwards throws.</summary>
    public void Dispose() => throw new NotImplementedException();
}
