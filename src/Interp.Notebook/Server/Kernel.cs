using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Interp.Notebook.Execution;
using Interp.Notebook.Protocol;
using Interp.Notebook.Scripting;

namespace Interp.Notebook.Server;

/// <summary>A Jupyter kernel (protocol 5.4) over a language session: receives requests, runs them in order, reports busy and idle.</summary>
/// <remarks>
/// Shell requests wait for each other on one thread; control requests have a thread of their own, and the heartbeat needs neither.
/// An interrupt takes effect when it arrives, before any thread gets to its reply.
/// </remarks>
internal sealed class Kernel : IAsyncDisposable
{
    /// <summary>How long an ending kernel waits for its cell and its session.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(1);

    private readonly BlockingCollection<(JupyterMessage Message, long Arrival)> _shell = [];
    private readonly BlockingCollection<JupyterMessage> _control = [];
    private readonly TaskCompletionSource<bool> _shutdown = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lazy<INotebookSession> _session;
    private readonly InputHistory _history;
    private readonly KernelSockets _sockets;
    private readonly InputRequests _input;
    private readonly CommRegistry _comms;
    private readonly CellRunner _cells;
    private readonly Action<string> _log;
    private readonly Thread _shellThread;
    private readonly Lock _statusLock = new();
    private bool _greeted;
    private long _arrivals;
    private long _abortsBefore;

    /// <summary>Listens as a connection file says and starts to serve.</summary>
    /// <param name="file">Ports and key.</param>
    /// <param name="newSession">Makes the language session; called once, on a thread of its own.</param>
    /// <param name="history">Past inputs; the kernel disposes it.</param>
    /// <param name="log">Gets lines for the kernel's log.</param>
    /// <exception cref="IOException">A port cannot be bound.</exception>
    public Kernel(ConnectionFile file, Func<INotebookSession> newSession, InputHistory history, Action<string> log)
    {
        (_history, _log) = (history, log);
        _session = new Lazy<INotebookSession>(newSession);
        _sockets = new KernelSockets(file, Receive, Greet, log);
        _input = new InputRequests(_sockets);
        _comms = new CommRegistry(_sockets);
        _cells = new CellRunner(() => _session.Value, _sockets, _input, history);
        _shellThread = Start("kernel shell", () =>
        {
            foreach ((JupyterMessage message, long arrival) in _shell.GetConsumingEnumerable()) Serve(KernelChannel.Shell, message, arrival);
        });
        Start("kernel control", () =>
        {
            foreach (JupyterMessage message in _control.GetConsumingEnumerable()) Serve(KernelChannel.Control, message, 0);
        });
        _sockets.Open();
        // The compiler loads while the client still connects.
        Start("kernel session", () => _ = _session.Value);
    }

    /// <summary>Completes when a client has asked for the end; true where it will start a new kernel.</summary>
    public Task<bool> Shutdown => _shutdown.Task;

    public async ValueTask DisposeAsync()
    {
        _shell.CompleteAdding();
        _control.CompleteAdding();
        _cells.Interrupt();
        if (Thread.CurrentThread != _shellThread && !_shellThread.Join(s_patience)) _log("the running cell did not end in time and was left behind");
        if (_session.IsValueCreated) await Task.WhenAny(_session.Value.DisposeAsync().AsTask(), Task.Delay(s_patience)).ConfigureAwait(false);
        _history.Dispose();
        await _sockets.DisposeAsync().ConfigureAwait(false);
        _input.Dispose();
    }

    private static Thread Start(string name, Action run)
    {
        Thread thread = new(() => run()) { IsBackground = true, Name = name };
        thread.Start();
        return thread;
    }

    private void Receive(KernelChannel channel, JupyterMessage message)
    {
        if (channel == KernelChannel.Stdin)
        {
            if (message.Type == "input_reply") _input.Answer(message);
            return;
        }
        if (message.Type == "interrupt_request") _cells.Interrupt();
        try
        {
            if (channel == KernelChannel.Control) _control.Add(message);
            else _shell.Add((message, Interlocked.Increment(ref _arrivals)));
        }
        catch (InvalidOperationException)
        {
            _log($"a {message.Type} came after the end");
        }
    }

    private void Serve(KernelChannel channel, JupyterMessage request, long arrival)
    {
        KernelRequest.Current = new KernelRequest(_comms, request.Header);
        Status(request, "busy");
        try
        {
            Answer(channel, request, arrival);
        }
        catch (Exception e)
        {
            _log($"{request.Type} failed: {e}");
            JsonObject reply = CellRunner.Describe(new CellError(e.GetType().Name, e.Message, []));
            reply["status"] = "error";
            if (ReplyType(request.Type) is { } type) _sockets.Reply(channel, request, type, reply);
        }
        Status(request, "idle");
        if (request.Type == "shutdown_request") _shutdown.TrySetResult(Restarts(request));
    }

    private void Answer(KernelChannel channel, JupyterMessage request, long arrival)
    {
        JsonObject? metadata = null;
        JsonObject? content = request.Type switch
        {
            "kernel_info_request" => KernelInfo.Reply(),
            "execute_request" when channel == KernelChannel.Shell => Execute(request, arrival, out metadata),
            "complete_request" => LanguageRequests.Complete(request, _session.Value),
            "inspect_request" => LanguageRequests.Inspect(request, _session.Value),
            "is_complete_request" => LanguageRequests.IsComplete(request, _session.Value),
            "history_request" => HistoryRequest.Reply(request, _history),
            "comm_info_request" => new JsonObject { ["status"] = "ok", ["comms"] = _comms.Describe(request.Content["target_name"]?.GetValue<string>()) },
            "interrupt_request" => new JsonObject { ["status"] = "ok" },
            "shutdown_request" => End(request),
            "debug_request" => RefuseDebug(request),
            _ => null,
        };
        if (content is not null) _sockets.Reply(channel, request, ReplyType(request.Type)!, content, metadata);
        else if (request.Type.StartsWith("comm_", StringComparison.Ordinal)) Comm(request);
        else _log($"no answer to a {request.Type} on {channel.ToString().ToLowerInvariant()}");
    }

    private JsonObject Execute(JupyterMessage request, long arrival, out JsonObject? metadata)
    {
        if (arrival < _abortsBefore)
        {
            metadata = null;
            return new JsonObject { ["status"] = "aborted" };
        }
        metadata = new JsonObject { ["started"] = DateTime.UtcNow.ToString("O", System.Globalization.CultureInfo.InvariantCulture) };
        JsonObject reply = _cells.Execute(request);
        // What the client had already sent when this cell failed was meant to follow a success.
        if (reply["status"]!.GetValue<string>() == "error" && (request.Content["stop_on_error"]?.GetValue<bool>() ?? true))
            _abortsBefore = Interlocked.Read(ref _arrivals) + 1;
        return reply;
    }

    private void Comm(JupyterMessage request)
    {
        CellOutput output = _cells.OutputOf(request, silent: false, allowsInput: false);
        using CellConsole console = CellConsole.Open(output, CancellationToken.None);
        console.Enter();
        try
        {
            _comms.Receive(request);
        }
        catch (Exception e) when (e is not FormatException)
        {
            output.Write(StreamName.Stderr, $"A comm's handler failed: {e}\n");
        }
    }

    private JsonObject End(JupyterMessage request)
    {
        _cells.Interrupt();
        JsonObject reply = new() { ["status"] = "ok", ["restart"] = Restarts(request) };
        // Clients other than the one that asks learn of it here.
        _sockets.Publish("shutdown_reply", request.Header, reply);
        return (JsonObject)reply.DeepClone();
    }

    private static bool Restarts(JupyterMessage request) => request.Content["restart"] is JsonValue value && value.TryGetValue(out bool restart) && restart;

    private static JsonObject RefuseDebug(JupyterMessage request) => new()
    {
        ["type"] = "response",
        ["request_seq"] = request.Content["seq"]?.DeepClone() ?? 0,
        ["command"] = request.Content["command"]?.DeepClone() ?? "",
        ["success"] = false,
        ["message"] = "This kernel has no debugger.",
    };

    private static string? ReplyType(string request) => request.EndsWith("_request", StringComparison.Ordinal) ? $"{request[..^"_request".Length]}_reply" : null;

    // Said to the first subscriber: when the port opens, nobody listens yet. Not after a request's busy and idle, which say more.
    private void Greet()
    {
        lock (_statusLock)
        {
            if (_greeted) return;
            _greeted = true;
            _sockets.Publish("status", [], new JsonObject { ["execution_state"] = "starting" });
        }
    }

    private void Status(JupyterMessage request, string state)
    {
        lock (_statusLock) _greeted = true;
        _sockets.Publish("status", request.Header, new JsonObject { ["execution_state"] = state });
    }
}
