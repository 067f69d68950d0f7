using Interp.Notebook.Execution;

namespace Interp.Notebook.Tests.Server;

/// <summary>A language of a few words in place of C#: what the kernel does with a session's answers, without a compiler.</summary>
internal sealed class ScriptedSession : INotebookSession
{
    /// <summary>The output of the last cell that ran <c>keep</c>.</summary>
    public ICellOutput? Kept { get; private set; }

    public async Task<CellResult> ExecuteAsync(string code, string name, ICellOutput output, CancellationToken interrupt)
    {
        switch (code.Split(' ', 2))
        {
            case ["print", var text]:
                output.Write(StreamName.Stdout, text);
                return new CellResult(null, null);
            case ["value", var text]:
                return new CellResult(MimeBundle.PlainText(text), null);
            case ["fail", var text]:
                return new CellResult(null, new CellError("Failure", text, [$"Failure: {text}", $"{name}, line 1"]));
            case ["throw"]:
                throw new NotSupportedException("the session itself broke");
            case ["wait"]:
                output.Write(StreamName.Stdout, "waits");
                await Task.Delay(Timeout.Infinite, interrupt).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
                return new CellResult(null, new CellError("Interrupted", "The cell was interrupted.", []));
            case ["ask", var prompt]:
                return new CellResult(MimeBundle.PlainText(output.ReadLine(prompt, password: true, interrupt)), null);
            case ["keep"]:
                Kept = output;
                return new CellResult(null, null);
            case ["comm"]:
                Comm.Register("double", (comm, _) => comm.Received += message => comm.Send(new { x = 2 * (int)message.Data["x"]! }));
                return new CellResult(null, null);
            default:
                return new CellResult(null, null);
        }
    }

    public Task<Completions> CompleteAsync(string code, int position, CancellationToken cancellation) =>
        Task.FromResult(new Completions(position - 1, position, [new Completion(code[(position - 1)..position] + "x", "class", "class x", "")]));

    public Task<MimeBundle?> InspectAsync(string code, int position, CancellationToken cancellation) =>
        Task.FromResult(code.Length == 0 ? null : MimeBundle.PlainText(code[..position]));

    public Completeness IsComplete(string code) => code.EndsWith('{') ? new Completeness("incomplete", "    ") : new Completeness("complete", "");

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
