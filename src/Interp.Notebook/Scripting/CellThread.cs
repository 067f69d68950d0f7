using Interp.Notebook.Execution;

namespace Interp.Notebook.Scripting;

/// <summary>Runs a cell on a thread of its own, and ends it when the user interrupts.</summary>
/// <remarks>
/// An interrupt works in steps. At once, the cell's token is requested: its checkpoints, this library's long operations, what it awaits and what looks at the token end.
/// Where the thread is still blocked after that (in Thread.Sleep, Task.Wait, a lock), it is woken with Thread.Interrupt. A cell that has left its thread to await
/// something is abandoned after a second. A thread that computes on, in code that was not compiled here, cannot be ended: the user is told.
/// </remarks>
internal static class CellThread
{
    // Enough for a recursion of some hundred thousand calls; only what is used is ever backed by memory.
    private const int StackBytes = 64 << 20;

    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_abandon = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_report = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan s_leftovers = TimeSpan.FromSeconds(10);

    /// <summary>Runs a cell to its end.</summary>
    /// <param name="cell">The cell. It begins on the new thread.</param>
    /// <param name="name">Its name.</param>
    /// <param name="console">Where it writes.</param>
    /// <param name="interrupt">Requested when the user interrupts.</param>
    /// <exception cref="AbandonedException">The cell still awaits something after an interrupt.</exception>
    public static async Task<T> RunAsync<T>(Func<Task<T>> cell, string name, CellConsole console, CancellationToken interrupt)
    {
        TaskCompletionSource<Task<T>> left = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Thread thread = new(() =>
        {
            console.Enter();
            using AmbientCancellation.Scope scope = AmbientCancellation.Use(interrupt);
            try
            {
                left.SetResult(cell());
            }
            catch (Exception e)
            {
                left.SetException(e);
            }
        }, StackBytes)
        { IsBackground = true, Name = name };
        thread.Start();

        Task<T> end = left.Task.Unwrap();
        TaskCompletionSource requested = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using (interrupt.UnsafeRegister(_ => requested.TrySetResult(), null))
            if (await Task.WhenAny(end, requested.Task).ConfigureAwait(false) == end) return await end.ConfigureAwait(false);
        Checkpoint.BeginInterrupt();
        try
        {
            await EndAsync(thread, left.Task, end, name, console).ConfigureAwait(false);
            return await end.ConfigureAwait(false);
        }
        finally
        {
            // What the cell started and left behind has some time to notice.
            _ = Task.Delay(s_leftovers, CancellationToken.None).ContinueWith(_ => Checkpoint.EndInterrupt(), TaskScheduler.Default);
        }
    }

    private static async Task EndAsync(Thread thread, Task left, Task end, string name, CellConsole console)
    {
        long start = Environment.TickCount64;
        bool wasBlocked = false, told = false;
        while (await Task.WhenAny(end, Task.Delay(s_look, CancellationToken.None)).ConfigureAwait(false) != end)
        {
            TimeSpan elapsed = TimeSpan.FromMilliseconds(Environment.TickCount64 - start);
            if (left.IsCompleted)
            {
                if (elapsed > s_abandon) throw new AbandonedException();
                continue;
            }
            // Twice in a row: a short wait, such as for a lock, is not broken.
            bool isBlocked = (thread.ThreadState & ThreadState.WaitSleepJoin) != 0;
            if (isBlocked && wasBlocked) thread.Interrupt();
            (wasBlocked, isBlocked) = (isBlocked, false);
            if (told || elapsed < s_report) continue;
            told = true;
            console.Write(StreamName.Stderr, $"{name} is still running: it is inside code that an interrupt does not reach (a library's own loop, or the operating system). Later cells wait for it; restart the kernel to stop it.\n");
            console.Flush();
        }
    }
}
