using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace Interp.Notebook.Scripting;

/// <summary>What the kernel inserts into a cell's loops, methods and awaits, so that an interrupt ends them. Not for use by hand.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class Checkpoint
{
    // How many cells are being interrupted now. Between checks of a token, which cost some nanoseconds, a loop only reads this.
    private static volatile int s_interrupts;

    /// <summary>Passed in every turn of a loop.</summary>
    /// <exception cref="OperationCanceledException">The cell is interrupted.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Pass()
    {
        if (s_interrupts != 0) AmbientCancellation.ThrowIfRequested();
    }

    /// <summary>Passed by each value that a query's clause computes.</summary>
    /// <param name="value">The value.</param>
    /// <exception cref="OperationCanceledException">The cell is interrupted.</exception>
    public static T Pass<T>(T value)
    {
        Pass();
        return value;
    }

    /// <summary>Passed at the entry of every method.</summary>
    /// <exception cref="OperationCanceledException">The cell is interrupted.</exception>
    /// <exception cref="InsufficientExecutionStackException">A recursion is about to exhaust the stack, which would end the process.</exception>
    public static void Enter()
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        Pass();
    }

    /// <summary>What the cell awaits, until the cell is interrupted.</summary>
    /// <param name="task">A task that may ignore the interrupt.</param>
    public static Task Await(Task task) => task is null || task.IsCompleted ? task! : task.WaitAsync(AmbientCancellation.Token);

    /// <summary>What the cell awaits, until the cell is interrupted.</summary>
    /// <param name="task">A task that may ignore the interrupt.</param>
    public static Task<T> Await<T>(Task<T> task) => task is null || task.IsCompleted ? task! : task.WaitAsync(AmbientCancellation.Token);

    /// <summary>What the cell awaits, until the cell is interrupted.</summary>
    /// <param name="task">A task that may ignore the interrupt.</param>
    public static ValueTask Await(ValueTask task) => task.IsCompleted ? task : new ValueTask(Await(task.AsTask()));

    /// <summary>What the cell awaits, until the cell is interrupted.</summary>
    /// <param name="task">A task that may ignore the interrupt.</param>
    public static ValueTask<T> Await<T>(ValueTask<T> task) => task.IsCompleted ? task : new ValueTask<T>(Await(task.AsTask()));

    /// <summary>Other things that can be awaited are left as they are.</summary>
    /// <param name="awaitable">Anything.</param>
    public static T Await<T>(T awaitable) => awaitable;

    /// <summary>What the cell enumerates with <c>await foreach</c>, until the cell is interrupted.</summary>
    /// <param name="items">A sequence that may ignore the interrupt.</param>
    public static async IAsyncEnumerable<T> Enumerate<T>(IAsyncEnumerable<T> items)
    {
        ArgumentNullException.ThrowIfNull(items);
        IAsyncEnumerator<T> enumerator = items.GetAsyncEnumerator(AmbientCancellation.Token);
        ValueTask<bool> next = default;
        try
        {
            while (true)
            {
                next = enumerator.MoveNextAsync().Preserve();
                if (!await Await(next).ConfigureAwait(false)) break;
                yield return enumerator.Current;
            }
        }
        finally
        {
            // One that is still at work, because it ignores the interrupt, may not be disposed.
            if (next.IsCompleted) await enumerator.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Other things that can be enumerated with <c>await foreach</c> are left as they are.</summary>
    /// <param name="items">Anything.</param>
    public static T Enumerate<T>(T items) => items;

    /// <summary>Loops look at their token from now on.</summary>
    internal static void BeginInterrupt() => Interlocked.Increment(ref s_interrupts);

    /// <summary>Ends what <see cref="BeginInterrupt"/> began.</summary>
    internal static void EndInterrupt() => Interlocked.Decrement(ref s_interrupts);
}
