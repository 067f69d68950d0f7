using System.Globalization;
using System.Text.Json.Nodes;
using Interp.Notebook.Execution;
using Interp.Notebook.Protocol;

namespace Interp.Notebook.Server;

/// <summary>Serves execute requests: one cell at a time, which can be interrupted from any thread.</summary>
internal sealed class CellRunner(Func<INotebookSession> session, KernelSockets sockets, InputRequests input, InputHistory history)
{
    private readonly Lock _lock = new();
    private Running? _running;
    private int _count;

    private sealed record Running(CancellationTokenSource Interrupt, CellOutput Output);

    /// <summary>Asks the running cell to stop; does nothing between cells.</summary>
    public void Interrupt()
    {
        Running? running;
        lock (_lock) running = _running;
        if (running is null || running.Interrupt.IsCancellationRequested) return;
        // Cancelling calls what cells registered, which may take its time: not on the caller's thread.
        new Thread(() => Interrupt(running)) { IsBackground = true, Name = "kernel interrupt" }.Start();
    }

    /// <summary>The output of a request that may show something.</summary>
    public CellOutput OutputOf(JupyterMessage request, bool silent, bool allowsInput) => new(sockets, input, request, silent, allowsInput);

    /// <summary>Runs one execute_request and returns its reply.</summary>
    public JsonObject Execute(JupyterMessage request)
    {
        string code = request.Content["code"]?.GetValue<string>() ?? throw new FormatException("an execute_request without code");
        bool silent = Flag(request, "silent", false), stored = !silent && Flag(request, "store_history", true) && !string.IsNullOrWhiteSpace(code);
        if (stored) _count++;
        CellOutput output = OutputOf(request, silent, Flag(request, "allow_stdin", true));
        output.Publish("execute_input", new JsonObject { ["code"] = code, ["execution_count"] = _count });

        CellResult result = Run(code, stored ? string.Create(CultureInfo.InvariantCulture, $"Cell [{_count}]") : "Cell [ ]", output);
        if (stored) history.Add(_count, code, PlainText(result.Value));
        JsonObject reply = new() { ["status"] = result.Error is null ? "ok" : "error", ["execution_count"] = _count };
        if (result.Error is not null)
        {
            output.Publish("error", Describe(result.Error));
            foreach ((string name, JsonNode? value) in Describe(result.Error)) reply[name] = value?.DeepClone();
            return reply;
        }
        if (result.Value is not null)
            output.Publish("execute_result", new JsonObject { ["execution_count"] = _count, ["data"] = result.Value.Data.DeepClone(), ["metadata"] = result.Value.Metadata.DeepClone() });
        reply["payload"] = new JsonArray();
        reply["user_expressions"] = Evaluate(request);
        return reply;
    }

    /// <summary>An error as Jupyter's clients show it: the traceback's first line red, the lines that name a cell cyan.</summary>
    public static JsonObject Describe(CellError error)
    {
        IEnumerable<string> lines = error.Traceback.Count > 0 ? error.Traceback : [$"{error.Name}: {error.Message}"];
        JsonArray traceback = new([.. lines.Select((line, i) => (JsonNode)Coloured(line, i == 0 ? 31 : line.Contains("Cell [", StringComparison.Ordinal) ? 36 : 0))]);
        return new JsonObject { ["ename"] = error.Name, ["evalue"] = error.Message, ["traceback"] = traceback };
    }

    private static string Coloured(string line, int ansi) => ansi == 0 ? line : $"\x1b[{ansi}m{line}\x1b[0m";

    private static bool Flag(JupyterMessage request, string name, bool otherwise) => request.Content[name]?.GetValue<bool>() ?? otherwise;

    private static string? PlainText(MimeBundle? value) => value?.Data["text/plain"] is JsonValue text && text.TryGetValue(out string? plain) ? plain : null;

    private static void Interrupt(Running running)
    {
        try
        {
            running.Interrupt.Cancel();
        }
        catch (AggregateException e)
        {
            running.Output.Write(StreamName.Stderr, $"What the cell registered for an interrupt failed: {e.InnerException?.Message}\n");
        }
    }

    private CellResult Run(string code, string name, CellOutput output)
    {
        // Not disposed: a late interrupt may still hold it, and without a timer it owns nothing.
        CancellationTokenSource interrupt = new();
        Running running = new(interrupt, output);
        lock (_lock) _running = running;
        try
        {
            return session().ExecuteAsync(code, name, output, interrupt.Token).GetAwaiter().GetResult();
        }
        catch (Exception e)
        {
            return new CellResult(null, new CellError(e.GetType().Name, e.Message, [$"{e.GetType().Name}: {e.Message}", .. (e.StackTrace ?? "").Split('\n')]));
        }
        finally
        {
            lock (_lock) _running = null;
        }
    }

    private JsonObject Evaluate(JupyterMessage request)
    {
        JsonObject values = [];
        if (request.Content["user_expressions"] is not JsonObject expressions) return values;
        foreach ((string name, JsonNode? expression) in expressions)
        {
            CellResult result = Run(expression!.GetValue<string>(), name, OutputOf(request, silent: true, allowsInput: false));
            JsonObject value = result.Error is { } error
                ? Describe(error)
                : new JsonObject { ["data"] = result.Value?.Data.DeepClone() ?? new JsonObject(), ["metadata"] = result.Value?.Metadata.DeepClone() ?? new JsonObject() };
            value["status"] = result.Error is null ? "ok" : "error";
            values[name] = value;
        }
        return values;
    }
}
