using System.Diagnostics;
using Interp.Notebook.Execution;

namespace Interp.Notebook.Tests.Scripting;

public sealed class InterruptTests
{
    [Theory]
    [InlineData("while (true) ;")]
    [InlineData("for (;;) { }")]
    [InlineData("do ready++; while (true);")]
    [InlineData("IEnumerable<int> Endless() { int i = 0; while (true) yield return i++; }\nforeach (int i in Endless()) ;")]
    [InlineData("again: ready++; goto again;")]
    [InlineData("int Fib(int n) => n < 2 ? n : Fib(n - 1) + Fib(n - 2);\nFib(70)")]
    [InlineData("Action spin = () => { while (true) ready++; }; spin();")]
    [InlineData("class C { public int Spin() { while (true) ; } }\nnew C().Spin()")]
    [InlineData("try { while (true) ready++; } finally { ready = 7; }")]
    [InlineData("Parallel.For(0, 2, i => { while (true) ready++; });")]
    [InlineData("Parallelism.For(2, i => { while (true) ready++; });")]
    [InlineData("Thread.Sleep(Timeout.Infinite);")]
    [InlineData("Task.Delay(-1).Wait();")]
    [InlineData("await Task.Delay(-1);")]
    [InlineData("await Task.Delay(-1, Cell.Cancellation);")]
    [InlineData("await new TaskCompletionSource<int>().Task")]
    [InlineData("await Task.Yield(); while (true) ready++;")]
    [InlineData("await new TaskCompletionSource().Task.ConfigureAwait(false);")]
    [InlineData("lock (new object()) new SemaphoreSlim(0).Wait();")]
    [InlineData("var held = TextWriter.Synchronized(new StringWriter());\nnew Thread(() => { lock (held) Thread.Sleep(Timeout.Infinite); }) { IsBackground = true }.Start();\nThread.Sleep(20);\nheld.WriteLine(\"on\");")]
    [InlineData("async IAsyncEnumerable<int> Never() { await Task.Delay(-1); yield return 1; }\nawait foreach (int i in Never()) ;")]
    [InlineData("Enumerable.Range(0, int.MaxValue).SelectMany(i => Enumerable.Range(0, int.MaxValue)).Count(i => i < 0)")]
    [InlineData("(from i in Enumerable.Range(0, int.MaxValue) from j in Enumerable.Range(0, int.MaxValue) where j < 0 select i).Count()")]
    [InlineData("(from i in Enumerable.Range(0, int.MaxValue) from j in Enumerable.Range(0, int.MaxValue) group i by j % 2).Count()")]
    [InlineData("Parallel.For(0, int.MaxValue, i => Array.ForEach(new int[1 << 20], _ => ready++));")]
    [InlineData("Func<Task> one = async () => await Task.Yield(); await Parallel.ForAsync(0L, long.MaxValue, async (i, _) => await one());")]
    [InlineData("var m = new HookedTransformer(new TransformerConfig { Layers = 2, DModel = 16, Heads = 2, DHead = 8, Vocabulary = 16, Context = 8 }, 0);\nvoid Run() => m.Run(new[] { 1, 2, 3 });\nEnumerable.Repeat(0, int.MaxValue).Select(_ => m.Run(new[] { 1, 2, 3 })).Count()")]
    public async Task An_interrupt_ends_the_cell_and_keeps_the_state(string code)
    {
        await using Notebook notebook = new();
        await notebook.Value("int ready = 0; string kept = \"kept\";");
        using CancellationTokenSource interrupt = new();
        RecordedOutput output = new();
        Task<CellResult> running = notebook.Run("Console.Write(\"on\"); " + code, output, interrupt.Token);
        while (output.Stdout.Length == 0 && !running.IsCompleted) await Task.Delay(10);
        await Task.Delay(50);
        Assert.False(running.IsCompleted, string.Join('\n', running.IsCompleted ? (await running).Error?.Traceback ?? [] : []));
        await interrupt.CancelAsync();
        CellError? error = (await running.WaitAsync(TimeSpan.FromSeconds(30))).Error;
        Assert.Equal("Interrupted", error?.Name);
        Assert.Equal("kept", await notebook.Value("kept"));
    }

    [Theory]
    [InlineData("Enumerable.Range(0, int.MaxValue).SelectMany(i => Enumerable.Range(0, int.MaxValue)).Count(i => i < 0);")]
    [InlineData("_ = (from i in Enumerable.Range(0, int.MaxValue) from j in Enumerable.Range(0, int.MaxValue) where(j < 0) select(i)).Count();")]
    [InlineData("int Spin() => Spin2(); int Spin2() { while (true) ; }\nSpin();")]
    public async Task An_interrupt_ends_a_loaded_file(string code)
    {
        string file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, $"Console.Write(\"on\");\n{code}\n");
            await using Notebook notebook = new();
            using CancellationTokenSource interrupt = new();
            RecordedOutput output = new();
            Task<CellResult> running = notebook.Run($"#load \"{file}\"\n1", output, interrupt.Token);
            while (output.Stdout.Length == 0 && !running.IsCompleted) await Task.Delay(10);
            await interrupt.CancelAsync();
            Assert.Equal("Interrupted", (await running.WaitAsync(TimeSpan.FromSeconds(30))).Error?.Name);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task The_interrupted_line_is_named()
    {
        await using Notebook notebook = new();
        using CancellationTokenSource interrupt = new(300);
        CellError? error = (await notebook.Run("int n = 0;\nwhile (true)\n    n++;", interrupt: interrupt.Token)).Error;
        Assert.Contains(error!.Traceback, line => line.StartsWith("   Cell [1], line 3", StringComparison.Ordinal) || line.StartsWith("   Cell [1], line 2", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_question_is_interrupted()
    {
        await using Notebook notebook = new();
        using CancellationTokenSource interrupt = new();
        RecordedOutput output = new()
        {
            Answer = (_, _, token) =>
            {
                interrupt.Cancel();
                token.WaitHandle.WaitOne();
                throw new OperationCanceledException(token);
            },
        };
        Assert.Equal("Interrupted", (await notebook.Run("Console.ReadLine()", output, interrupt.Token)).Error?.Name);
    }

    [Fact]
    public async Task A_cell_that_cannot_be_interrupted_is_reported_and_later_cells_wait()
    {
        await using Notebook notebook = new();
        using CancellationTokenSource interrupt = new(100);
        // The loop is this test's: no checkpoint is in it.
        Busy.Stop = false;
        RecordedOutput output = new();
        Task<CellResult> busy = notebook.Run($"#r \"{typeof(Busy).Assembly.Location}\"\n{typeof(Busy).FullName}.Spin(); 5", output, interrupt.Token);
        Task<CellResult> later = notebook.Session.ExecuteAsync("6", "Cell [2]", new RecordedOutput(), CancellationToken.None);
        while (!output.Stderr.Contains("still running", StringComparison.Ordinal) && !busy.IsCompleted) await Task.Delay(20);
        Assert.Contains("restart the kernel", output.Stderr, StringComparison.Ordinal);
        Assert.False(later.IsCompleted);
        Busy.Stop = true;
        Assert.Equal("5", (string?)(await busy).Value?.Data["text/plain"]);
        Assert.Equal("6", (string?)(await later).Value?.Data["text/plain"]);
    }

    [Fact]
    public async Task An_exception_of_the_cells_own_is_no_interruption()
    {
        await using Notebook notebook = new();
        Assert.Equal("OperationCanceledException", (await notebook.Error("throw new OperationCanceledException();")).Name);
    }
}
