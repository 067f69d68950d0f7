namespace Interp;

/// <summary>Training went wrong beyond repair: the loss or the gradient is not finite, or the loss is far above that of guessing.</summary>
public sealed class TrainingDivergedException : Exception
{
    /// <summary>An error without a message.</summary>
    public TrainingDivergedException() { }

    /// <summary>An error with a message that says when, how and what to try.</summary>
    public TrainingDivergedException(string message) : base(message) { }

    /// <summary>An error with a message and its cause.</summary>
    public TrainingDivergedException(string message, Exception cause) : base(message, cause) { }
}
