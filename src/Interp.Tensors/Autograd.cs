namespace Interp;

/// <summary>Switches gradient recording on this thread.</summary>
public static class Autograd
{
    [ThreadStatic]
    private static bool t_off;

    /// <summary>True where operations on tensors that require gradients are recorded.</summary>
    public static bool Enabled => !t_off;

    /// <summary>Nothing is recorded on this thread until the returned value is disposed.</summary>
    public static NoGradScope NoGrad()
    {
        var scope = new NoGradScope(t_off);
        t_off = true;
        return scope;
    }

    /// <summary>Whether an operation on <paramref name="x"/> must be recorded.</summary>
    internal static bool Records(Tensor? x) => !t_off && x?.Node is not null;

    /// <summary>Whether an operation on these inputs must be recorded.</summary>
    internal static bool Records(Tensor? a, Tensor? b, Tensor? c = null, Tensor? d = null) =>
        !t_off && (a?.Node ?? b?.Node ?? c?.Node ?? d?.Node) is not null;

    /// <summary>Restores the recording state.</summary>
    public readonly struct NoGradScope : IDisposable
    {
        private readonly bool _wasOff;

        internal NoGradScope(bool wasOff) => _wasOff = wasOff;

        /// <inheritdoc/>
        public void Dispose() => t_off = _wasOff;
    }
}
