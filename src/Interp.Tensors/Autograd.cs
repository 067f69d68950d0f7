namespace Interp;

/// <summary>Switches gradient recording on this thread.</summary>
public static class Autograd
{
    /// <summary>True where operations on tensors that require gradients are recorded.</summary>
    public static bool Enabled => throw new NotImplementedException();

    /// <summary>Nothing is recorded until the returned value is disposed.</summary>
    public static NoGradScope NoGrad() => throw new NotImplementedException();

    /// <summary>Restores the recording state.</summary>
    public readonly struct NoGradScope : IDisposable
    {
        /// <inheritdoc/>
        public void Dispose() => throw new NotImplementedException();
    }
}
