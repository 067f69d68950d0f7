namespace Interp.Tensors.Tests;

public sealed class AmbientCancellationTests
{
    [Fact]
    public void Nothing_is_requested_where_nobody_set_a_token()
    {
        Assert.False(AmbientCancellation.IsRequested);
        AmbientCancellation.ThrowIfRequested();
    }

    [Fact]
    public void A_scope_holds_until_it_is_disposed_and_hides_the_outer_one()
    {
        using CancellationTokenSource source = new();
        using (AmbientCancellation.Use(source.Token))
        {
            source.Cancel();
            Assert.Equal(source.Token, Assert.Throws<OperationCanceledException>(AmbientCancellation.ThrowIfRequested).CancellationToken);
            using (AmbientCancellation.Use(CancellationToken.None)) Assert.False(AmbientCancellation.IsRequested);
            Assert.True(AmbientCancellation.IsRequested);
        }
        Assert.False(AmbientCancellation.IsRequested);
    }

    [Fact]
    public void A_linked_source_is_requested_by_either_token()
    {
        using CancellationTokenSource outer = new(), given = new();
        using (AmbientCancellation.Use(outer.Token))
        {
            using CancellationTokenSource first = AmbientCancellation.LinkedTo(given.Token);
            given.Cancel();
            Assert.True(first.IsCancellationRequested);
            using CancellationTokenSource second = AmbientCancellation.LinkedTo(CancellationToken.None);
            Assert.False(second.IsCancellationRequested);
            outer.Cancel();
            Assert.True(second.IsCancellationRequested);
        }
    }

    [Fact]
    public async Task Tasks_and_threads_that_the_code_starts_see_it()
    {
        using CancellationTokenSource source = new();
        using AmbientCancellation.Scope scope = AmbientCancellation.Use(source.Token);
        Assert.Equal(source.Token, await Task.Run(() => AmbientCancellation.Token));
        CancellationToken seen = default;
        Thread thread = new(() => seen = AmbientCancellation.Token);
        thread.Start();
        thread.Join();
        Assert.Equal(source.Token, seen);
    }

    [Fact]
    public void Interrupting_the_caller_of_a_parallel_loop_does_not_leave_the_loop_half_done()
    {
        int threads = Parallelism.Threads;
        Parallelism.Threads = 4;
        try
        {
            int done = 0;
            bool helped = false, alone, whole = false, interrupted = false;
            Thread caller = null!;
            caller = new Thread(() =>
            {
                do
                {
                    // While another test's loop holds the helpers, this one has none: it is tried again.
                    done = 0;
                    alone = false;
                    Parallelism.For(16, _ =>
                    {
                        if (Thread.CurrentThread == caller) alone = alone || !SpinWait.SpinUntil(() => Volatile.Read(ref helped), 200);
                        else
                        {
                            Volatile.Write(ref helped, true);
                            Thread.Sleep(300);
                        }
                        Interlocked.Increment(ref done);
                    });
                }
                while (!Volatile.Read(ref helped));
                whole = done == 16;
                try
                {
                    Thread.Sleep(10_000);
                }
                catch (ThreadInterruptedException)
                {
                    interrupted = true;
                }
            });
            caller.Start();
            SpinWait.SpinUntil(() => Volatile.Read(ref helped));
            // By now the caller has no step left and waits for the helpers.
            Thread.Sleep(100);
            caller.Interrupt();
            caller.Join();
            Assert.Equal((true, true), (whole, interrupted));
        }
        finally
        {
            Parallelism.Threads = threads;
        }
    }

    [Fact]
    public void Every_worker_of_a_parallel_loop_sees_it_and_keeps_nothing_of_it()
    {
        using CancellationTokenSource source = new();
        int threads = Parallelism.Threads;
        Parallelism.Threads = 4;
        try
        {
            int steps = 64, seen = 0, left = 0;
            using (AmbientCancellation.Use(source.Token))
            {
                Parallelism.For(steps, _ =>
                {
                    if (AmbientCancellation.Token == source.Token) Interlocked.Increment(ref seen);
                    Thread.Sleep(1);
                });
            }
            Parallelism.For(steps, _ =>
            {
                if (AmbientCancellation.Token == source.Token) Interlocked.Increment(ref left);
                Thread.Sleep(1);
            });
            Assert.Equal((steps, 0), (seen, left));
        }
        finally
        {
            Parallelism.Threads = threads;
        }
    }
}
