using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace Interp;

/// <summary>The threads behind <see cref="Parallelism"/>: one loop at a time, its steps handed out by a shared counter.</summary>
/// <remarks>
/// A helper enters a loop by counting itself in while the loop is open; the caller closes the loop when no step is left and nobody
/// is in it. So a helper that wakes late never delays the caller, and a closed loop's stack frame is never touched.
/// </remarks>
internal sealed unsafe class ThreadTeam
{
    private const int Closed = int.MinValue;

    // About the time between the parallel loops of a training step: a helper that spins is there at once, a sleeping one takes tens of microseconds.
    private static readonly long s_spinTicks = Stopwatch.Frequency / 1_000_000 * 50;

    [ThreadStatic]
    private static bool t_inside;

    // A helper's own context, to which it returns between loops.
    [ThreadStatic]
    private static ExecutionContext? t_home;

    private readonly Lock _oneLoop = new();
    private readonly object _done = new();
    private readonly List<Helper> _helpers = [];
    private Shared _shared = new() { Inside = Closed };
    private delegate*<void*, int, void> _step;
    private void* _body;
    private int _count;
    private int _limit;
    private bool _callerSleeps;
    private ExecutionContext? _context;
    private ExceptionDispatchInfo? _error;

    /// <summary>Runs the loop on up to <paramref name="threads"/> threads; false, with nothing done, where the pool cannot be had.</summary>
    public bool Run<TBody>(int count, int threads, in TBody body)
        where TBody : struct, IParallelBody
    {
        if (t_inside || !_oneLoop.TryEnter()) return false;
        TBody copy = body;
        ExceptionDispatchInfo? error;
        t_inside = true;
        try
        {
            _step = &Step<TBody>;
            _body = Unsafe.AsPointer(ref copy);
            _count = count;
            _limit = threads - 1;
            _context = ExecutionContext.Capture();
            _shared.Next = 0;
            while (_helpers.Count < _limit) _helpers.Add(new Helper(this, _helpers.Count));
            Volatile.Write(ref _shared.Inside, 0);
            Interlocked.Increment(ref _shared.Generation);
            // While the loop is open its helpers use this frame: nothing may leave it, not even Thread.Interrupt on the caller.
            bool interrupted = !TryWake();
            Steps();
            while (!TryClose()) interrupted = true;
            if (interrupted) Thread.CurrentThread.Interrupt();
            error = _error;
            _error = null;
            _context = null;
        }
        finally
        {
            t_inside = false;
            _oneLoop.Exit();
        }
        error?.Throw();
        return true;
    }

    private static void Step<TBody>(void* body, int index)
        where TBody : struct, IParallelBody => Unsafe.AsRef<TBody>(body).Invoke(index);

    private void Steps()
    {
        try
        {
            for (int i; (i = Interlocked.Increment(ref _shared.Next) - 1) < _count;) _step(_body, i);
        }
        catch (Exception e)
        {
            Interlocked.CompareExchange(ref _error, ExceptionDispatchInfo.Capture(e), null);
            Volatile.Write(ref _shared.Next, _count);
        }
    }

    /// <summary>Wakes the helpers; false where the caller was interrupted: then some sleep on, and the others do their steps.</summary>
    private bool TryWake()
    {
        try
        {
            for (int i = 0; i < _limit; i++) _helpers[i].Wake();
            return true;
        }
        catch (ThreadInterruptedException)
        {
            return false;
        }
    }

    /// <summary>Waits until the helpers that entered have left, and lets no more in; false where the caller was interrupted before that.</summary>
    private bool TryClose()
    {
        try
        {
            long start = 0;
            while (Interlocked.CompareExchange(ref _shared.Inside, Closed, 0) != 0)
            {
                if (start == 0) start = Stopwatch.GetTimestamp();
                else if (Stopwatch.GetTimestamp() - start > s_spinTicks) Sleep();
                Thread.SpinWait(4);
            }
            return true;
        }
        catch (ThreadInterruptedException)
        {
            return false;
        }
    }

    private void Sleep()
    {
        lock (_done)
        {
            Volatile.Write(ref _callerSleeps, true);
            Interlocked.MemoryBarrier();
            try
            {
                while (Volatile.Read(ref _shared.Inside) != 0) Monitor.Wait(_done);
            }
            finally
            {
                _callerSleeps = false;
            }
        }
    }

    private void Enter(int helper)
    {
        int inside;
        do
        {
            inside = Volatile.Read(ref _shared.Inside);
            if (inside == Closed) return;
        }
        while (Interlocked.CompareExchange(ref _shared.Inside, inside + 1, inside) != inside);
        if (helper < _limit)
        {
            // What the caller carries along (its cancellation, its cell's console) holds for its helpers; null where it suppressed that.
            if (_context is { } context) ExecutionContext.Restore(context);
            Steps();
            if (t_home is { } home) ExecutionContext.Restore(home);
        }
        if (Interlocked.Decrement(ref _shared.Inside) == 0 && Volatile.Read(ref _callerSleeps))
            lock (_done) Monitor.Pulse(_done);
    }

    /// <summary>What several threads write, each on its own cache lines.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 512)]
    private struct Shared
    {
        [FieldOffset(128)]
        public int Next;

        [FieldOffset(256)]
        public int Inside;

        [FieldOffset(384)]
        public int Generation;
    }

    private sealed class Helper
    {
        private readonly ThreadTeam _team;
        private readonly int _index;
        private readonly object _gate = new();
        private bool _sleeps;

        public Helper(ThreadTeam team, int index)
        {
            (_team, _index) = (team, index);
            new Thread(Live) { IsBackground = true, Name = $"interp {index + 1}" }.UnsafeStart();
        }

        public void Wake()
        {
            if (!Volatile.Read(ref _sleeps)) return;
            lock (_gate)
            {
                _sleeps = false;
                Monitor.Pulse(_gate);
            }
        }

        private void Live()
        {
            t_inside = true;
            t_home = ExecutionContext.Capture();
            for (int seen = 0; ;)
            {
                seen = Next(seen);
                _team.Enter(_index);
            }
        }

        /// <summary>Waits for a loop after the one of generation <paramref name="seen"/>.</summary>
        private int Next(int seen)
        {
            long start = Stopwatch.GetTimestamp();
            int generation;
            while ((generation = Volatile.Read(ref _team._shared.Generation)) == seen)
            {
                if (Stopwatch.GetTimestamp() - start > s_spinTicks) Sleep(seen);
                Thread.SpinWait(4);
            }
            return generation;
        }

        private void Sleep(int seen)
        {
            lock (_gate)
            {
                Volatile.Write(ref _sleeps, true);
                // The caller publishes a generation, then looks whether we sleep; we say that we sleep, then look for a generation.
                Interlocked.MemoryBarrier();
                while (_sleeps && Volatile.Read(ref _team._shared.Generation) == seen) Monitor.Wait(_gate);
                _sleeps = false;
            }
        }
    }
}
