using System.Diagnostics;
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
        ArgumentNullException => new StackTrace(exception).GetFrames().Any(IsExitOfALockNotTaken),
        AggregateException several => several.InnerExceptions.Any(Caused),
        { InnerException: { } inner } => Caused(inner),
        _ => false,
    };

    // Where Thread.Interrupt ends the wait for the lock of a synchronized method (Console.Out has them), .NET 10 still has the method give the lock back, and
    // that fails: this comes in the place of a ThreadInterruptedException.
    private static bool IsExitOfALockNotTaken(StackFrame frame) => frame.GetMethod() is { Name: "ExitIfLockTaken" } method && method.DeclaringType == typeof(Monitor);

    /// <summary>What the user sees: that, and where.</summary>
    public static CellError Of(Exception exception, CellSources sources)
    {
        string message = exception is AbandonedException ? exception.Message : "the cell was interrupted; what it had done stays.";
        return new CellError(Name, message, [$"{Name}: {message}", .. RuntimeErrors.Frames(exception, sources, cellsOnly: true)]);
    }
}
