namespace Interp.Tensors.Tests.Gemm;

[Collection(nameof(Parallelism))]
public sealed class ParallelismTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void Every_step_runs_once_at_any_thread_count(int threads)
    {
        using var _ = new ThreadCount(threads);
        for (int round = 0; round < 2000; round++)
        {
            int[] runs = new int[round % 70];
            Parallelism.For(runs.Length, i => Interlocked.Increment(ref runs[i]));
            Assert.All(runs, n => Assert.Equal(1, n));
        }
    }

    [Fact]
    public void Several_threads_take_part()
    {
        using var _ = new ThreadCount(2);
        using var both = new Barrier(2);
        CancellationToken stop = TestContext.Current.CancellationToken;
        // Each of the two steps waits for the other, so one thread alone would never end.
        Parallelism.For(2, i => Assert.True(both.SignalAndWait(TimeSpan.FromMinutes(1), stop)));
    }

    [Fact]
    public void A_helper_that_sleeps_is_woken()
    {
        using var _ = new ThreadCount(2);
        using var both = new Barrier(2);
        CancellationToken stop = TestContext.Current.CancellationToken;
        for (int round = 0; round < 5; round++)
        {
            Thread.Sleep(20);
            Parallelism.For(2, i => Assert.True(both.SignalAndWait(TimeSpan.FromMinutes(1), stop)));
        }
    }

    [Fact]
    public void No_more_threads_take_part_than_allowed()
    {
        var threads = new HashSet<int>();
        using (new ThreadCount(6))
            for (int round = 0; round < 100; round++) Parallelism.For(100, i => { });
        using (new ThreadCount(2))
            for (int round = 0; round < 200; round++)
                Parallelism.For(50, i =>
                {
                    lock (threads) threads.Add(Environment.CurrentManagedThreadId);
                });
        Assert.InRange(threads.Count, 1, 2);
    }

    [Fact]
    public void Ranges_do_not_depend_on_the_thread_count()
    {
        foreach (int threads in new[] { 1, 3 })
        {
            using var _ = new ThreadCount(threads);
            double[] partial = new double[4];
            Parallelism.ForRange(1001, 300, new SumOfRange(partial, 300));
            Assert.Equal([299 * 150, 449.5 * 300, 749.5 * 300, 950 * 101], partial);
        }
        Parallelism.ForRange(0, 300, new SumOfRange([], 300));
    }

    [Fact]
    public void A_loop_inside_a_loop_runs_on_its_callers_thread()
    {
        using var _ = new ThreadCount(3);
        int strangers = 0, steps = 0;
        Parallelism.For(8, i =>
        {
            int thread = Environment.CurrentManagedThreadId;
            Parallelism.For(8, j =>
            {
                Interlocked.Increment(ref steps);
                if (Environment.CurrentManagedThreadId != thread) Interlocked.Increment(ref strangers);
            });
        });
        Assert.Equal((64, 0), (steps, strangers));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void An_exception_reaches_the_caller_and_the_next_loop_works(int threads)
    {
        using var _ = new ThreadCount(threads);
        for (int round = 0; round < 50; round++)
        {
            var error = Assert.Throws<InvalidOperationException>(() => Parallelism.For(100, i =>
            {
                if (i % 7 == 3) throw new InvalidOperationException("step");
            }));
            Assert.Equal("step", error.Message);
            int runs = 0;
            Parallelism.For(100, i => Interlocked.Increment(ref runs));
            Assert.Equal(100, runs);
        }
    }

    [Fact]
    public void Loops_of_several_threads_at_once_all_finish()
    {
        using var _ = new ThreadCount(3);
        long total = 0;
        var callers = new Thread[6];
        for (int t = 0; t < callers.Length; t++)
        {
            callers[t] = new Thread(() =>
            {
                for (int round = 0; round < 300; round++) Parallelism.For(20, i => Interlocked.Increment(ref total));
            });
            callers[t].Start();
        }
        foreach (Thread caller in callers) caller.Join();
        Assert.Equal(6 * 300 * 20, total);
    }

    [Fact]
    public void A_struct_body_allocates_nothing()
    {
        using var _ = new ThreadCount(2);
        double[] partial = new double[100];
        for (int i = 0; i < 10; i++) Parallelism.ForRange(10_000, 100, new SumOfRange(partial, 100));
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++) Parallelism.ForRange(10_000, 100, new SumOfRange(partial, 100));
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void The_thread_count_is_at_least_one() => Assert.Throws<ArgumentOutOfRangeException>(() => Parallelism.Threads = 0);

    private readonly struct SumOfRange(double[] partial, int grain) : IParallelRange
    {
        public void Invoke(int start, int end)
        {
            double sum = 0;
            for (int i = start; i < end; i++) sum += i;
            partial[start / grain] = sum;
        }
    }
}
