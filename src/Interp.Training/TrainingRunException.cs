namespace Interp;

/// <summary>A run's folder cannot be used as asked; the message names the folder or file and says what to do. Nothing has been changed.</summary>
public sealed class TrainingRunException : Exception
{
    /// <summary>An unspecified defect.</summary>
    public TrainingRunException() { }

    /// <summary>A defect that the message names.</summary>
    public TrainingRunException(string message) : base(message) { }

    /// <summary>A defect that the message names, found by another exception.</summary>
    public TrainingRunException(string message, Exception? cause) : base(message, cause) { }
}
