using System.Text.Json.Nodes;
using Interp.Notebook.Protocol;

namespace Interp.Notebook.Server;

/// <summary>Questions to the user over the stdin channel, one at a time.</summary>
internal sealed class InputRequests(KernelSockets sockets) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _one = new(1);
    private TaskCompletionSource<string>? _answer;
    private string _question = "";
    private readonly HashSet<string> _abandoned = [];

    /// <summary>Asks the client that sent <paramref name="request"/> for a line, and waits.</summary>
    /// <exception cref="InvalidOperationException">That client has no stdin channel.</exception>
    /// <exception cref="OperationCanceledException">The wait was cancelled; a late answer is ignored.</exception>
    public string Ask(JupyterMessage request, string prompt, bool password, CancellationToken cancellation)
    {
        _one.Wait(cancellation);
        try
        {
            JsonObject header = sockets.NewHeader("input_request", request.Header);
            TaskCompletionSource<string> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
            lock (_lock) (_answer, _question) = (answer, header["msg_id"]!.GetValue<string>());
            JsonObject content = new() { ["prompt"] = prompt, ["password"] = password };
            if (!sockets.Send(KernelChannel.Stdin, new JupyterMessage(request.Identities, header, request.Header, [], content, [])))
                throw new InvalidOperationException("The client that sent this cell takes no input: it has no stdin channel.");
            answer.Task.Wait(cancellation);
            return answer.Task.Result;
        }
        finally
        {
            lock (_lock)
            {
                if (_answer is { Task.IsCompleted: false }) _abandoned.Add(_question);
                _answer = null;
            }
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();

    /// <summary>Takes an input_reply. Clients may leave its parent header empty; one that names an older question comes too late.</summary>
    public void Answer(JupyterMessage reply)
    {
        string value = reply.Content["value"]?.GetValue<string>() ?? "";
        lock (_lock)
        {
            if (reply.Parent["msg_id"]?.GetValue<string>() is { } question && _abandoned.Contains(question)) return;
            _answer?.TrySetResult(value);
        }
    }
}
