using Interp.Notebook.Execution;

namespace Interp.Notebook.Scripting;

/// <summary>The end of a cell that the user interrupted.</summary>
internal static class Interruption
{
    /// <summary>The error's name.</summary>
    public const string Name = "Interrupted";

    /// <summary>Whether an exception comes of the interrupt.</summary>
    public static bool Caused(Exception exception) => exception switch
    {
        OperationCanceledException or ThreadInterruptedException or AbandonedException => true,
        AggregateException several => several.InnerExceptions.Any(Caused),
        { InnerException: { } inner } => Caused(inner),
        _ => false,
    };

    /// <summary>What the user sees: that, and where.</summary>
    public static CellError Of(Exception exception, CellSources sources)
    {
        string message = exception is AbandonedException ? exception.Message : "the cell was interrupted; what it had done stays.";
        return new CellError(Name, message, [$"{Name}: {message}", .. RuntimeErrors.Frames(exception, sources, cellsOnly: true)]);
    }
}
