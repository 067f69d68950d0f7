namespace Interp;

/// <summary>A cancellation token for everything that the calling code does, without handing it down: what a notebook's interrupt button requests.</summary>
/// <remarks>
/// <para>It follows the flow of execution: into awaited methods, tasks and threads that the code starts, and the workers of <see cref="Parallelism"/>.
/// Long operations of this library look at it between steps, besides the token that they are given: a model between its blocks, a training run between updates,
/// sweeps, head scores and patching between runs.</para>
/// <para>An operation that must not stop half-way hides it for a while: <c>using (AmbientCancellation.Use(default)) …</c></para>
/// </remarks>
/// <example><code>
/// using CancellationTokenSource source = new(TimeSpan.FromSeconds(10));
/// using (AmbientCancellation.Use(source.Token)) HeadScores.Measure(model);   // OperationCanceledException after ten seconds
/// </code></example>
public static class AmbientCancellation
{
    private static readonly AsyncLocal<CancellationToken> s_token = new();

    /// <summary>The token of the calling code; <see cref="CancellationToken.None"/> where nobody set one.</summary>
    public static CancellationToken Token => s_token.Value;

    /// <summary>Whether the calling code is asked to stop.</summary>
    public static bool IsRequested => s_token.Value.IsCancellationRequested;

    /// <summary>Stops the calling code where that was asked for.</summary>
    /// <exception cref="OperationCanceledException">Cancellation was requested.</exception>
    public static void ThrowIfRequested() => s_token.Value.ThrowIfCancellationRequested();

    /// <summary>Sets the token for the code that follows, until the scope is disposed.</summary>
    /// <param name="token">The token; it takes the place of the outer one. <see cref="LinkedTo"/> makes one that both request.</param>
    public static Scope Use(CancellationToken token)
    {
        Scope scope = new(s_token.Value);
        s_token.Value = token;
        return scope;
    }

    /// <summary>A source whose token is requested when the ambient one is, or <paramref name="token"/>. Dispose it.</summary>
    /// <param name="token">The token that an operation was given.</param>
    public static CancellationTokenSource LinkedTo(CancellationToken token) => CancellationTokenSource.CreateLinkedTokenSource(s_token.Value, token);

    /// <summary>The time during which a token is the ambient one. Dispose it in the method that made it.</summary>
    public readonly struct Scope : IDisposable
    {
        private readonly CancellationToken _outer;

        internal Scope(CancellationToken outer) => _outer = outer;

        /// <summary>Brings the outer token back.</summary>
        public void Dispose() => s_token.Value = _outer;
    }
}
