using Interp.Notebook.Execution;

namespace Interp.Notebook.Tests.Scripting;

public sealed class OutputTests
{
    [Fact]
    public async Task Both_streams_arrive_in_order_with_what_is_displayed()
    {
        await using Notebook notebook = new();
        await notebook.Value("Console.Write(\"a\"); Console.Error.Write(\"b\"); Console.WriteLine(\"c\"); Display(1); Console.Write('d');");
        Assert.Equal(("ac\nd", "b"), (notebook.Output.Stdout, notebook.Output.Stderr));
        Assert.Equal(["stdout", "stderr", "stdout", "display", "stdout"], notebook.Output.Order);
    }

    [Fact]
    public async Task Output_comes_while_the_cell_runs()
    {
        await using Notebook notebook = new();
        RecordedOutput output = new() { Answer = (_, _, _) => "" };
        TaskCompletionSource seen = new();
        Task<CellResult> running = notebook.Run("Console.Write(\"early\"); Thread.Sleep(Timeout.Infinite);", output, new CancellationTokenSource(20_000).Token);
        for (int i = 0; i < 900 && output.Stdout.Length == 0; i++) await Task.Delay(20);
        Assert.Equal("early", output.Stdout);
        Assert.False(running.IsCompleted);
    }

    [Fact]
    public async Task Many_small_writes_make_few_messages_and_lose_nothing()
    {
        await using Notebook notebook = new();
        await notebook.Value("for (int i = 0; i < 200_000; i++) Console.WriteLine(i);");
        Assert.Equal(string.Concat(Enumerable.Range(0, 200_000).Select(i => $"{i}\n")), notebook.Output.Stdout);
        Assert.InRange(notebook.Output.Writes, 1, 400);
    }

    [Fact]
    public async Task A_writer_waits_for_a_slow_client_and_keeps_little()
    {
        await using Notebook notebook = new();
        SlowOutput output = new();
        CellResult result = await notebook.Session.ExecuteAsync(
            "string line = new('x', 999);\nlong most = 0;\nfor (int i = 0; i < 20_000; i++) { Console.WriteLine(line); if (i % 1000 == 0) most = Math.Max(most, GC.GetTotalMemory(false)); }\nmost",
            "Cell [1]", output, CancellationToken.None).WaitAsync(TimeSpan.FromMinutes(2));
        Assert.Null(result.Error);
        Assert.Equal(20_000_000, output.Length);
        Assert.InRange(output.Longest, 1, 1 << 17);
    }

    [Fact]
    public async Task What_a_thread_writes_goes_to_the_cell_that_started_it()
    {
        await using Notebook notebook = new();
        RecordedOutput first = new();
        await notebook.Run("var gate = new ManualResetEventSlim(); var late = Task.Run(() => { gate.Wait(); Console.Write(\"late\"); });", first);
        await notebook.Value("gate.Set(); late.Wait(); Console.Write(\"second\");");
        for (int i = 0; i < 200 && first.Stdout.Length == 0; i++) await Task.Delay(10);
        Assert.Equal(("late", "second"), (first.Stdout, notebook.Output.Stdout));
    }

    [Fact]
    public async Task A_character_of_two_halves_is_not_torn_apart()
    {
        await using Notebook notebook = new();
        RecordedOutput output = new();
        await notebook.Run("Console.Write('\\ud83d'); Console.Out.Flush(); Thread.Sleep(100); Console.Write('\\ude00');", output);
        Assert.Equal(("😀", 1), (output.Stdout, output.Writes));
    }

    [Fact]
    public async Task ReadLine_asks_the_client()
    {
        await using Notebook notebook = new();
        List<(string, bool)> asked = [];
        RecordedOutput output = new() { Answer = (prompt, password, _) => { asked.Add((prompt, password)); return "answer"; } };
        CellResult result = await notebook.Run("Console.ReadLine() + Input(\"name? \") + Password(\"word? \")", output);
        Assert.Equal("answeransweranswer", (string?)result.Value?.Data["text/plain"]);
        Assert.Equal([("", false), ("name? ", false), ("word? ", true)], asked);
        Assert.Contains("Nobody can answer", (await notebook.Error("Console.ReadLine()")).Message, StringComparison.Ordinal);
    }

    private sealed class SlowOutput : ICellOutput
    {
        public long Length { get; private set; }

        public int Longest { get; private set; }

        private readonly Stream _log = Console.OpenStandardError();

        public void Write(StreamName stream, string text)
        {
            Thread.Sleep(1);
            // As a kernel that logs does: on Unix this takes the lock of Console.Out, which the cell's writer holds.
            _log.Write([]);
            Length += text.Length;
            Longest = Math.Max(Longest, text.Length);
        }

        public void Display(MimeBundle bundle, string? displayId) { }

        public void UpdateDisplay(MimeBundle bundle, string displayId) { }

        public void Clear(bool wait) { }

        public string ReadLine(string prompt, bool password, CancellationToken cancellation) => "";
    }
}
