using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Interp.Notebook.Protocol;

namespace Interp.Notebook.Server;

/// <summary>A kernel's comms: the targets that cells registered, and what is open.</summary>
internal sealed class CommRegistry(KernelSockets sockets)
{
    private readonly ConcurrentDictionary<string, Action<Comm, CommMessage>> _targets = new();
    private readonly ConcurrentDictionary<string, Comm> _open = new();

    public void Register(string target, Action<Comm, CommMessage> opened) => _targets[target] = opened;

    public bool IsOpen(Comm comm) => _open.ContainsKey(comm.Id);

    public Comm Open(string target, JsonObject data, JsonObject parent)
    {
        Comm comm = new(this, Guid.NewGuid().ToString("N"), target);
        _open[comm.Id] = comm;
        sockets.Publish("comm_open", parent, new JsonObject { ["comm_id"] = comm.Id, ["target_name"] = target, ["data"] = data });
        return comm;
    }

    public void Send(Comm comm, JsonObject data, IReadOnlyList<ReadOnlyMemory<byte>> buffers, JsonObject parent)
    {
        if (!IsOpen(comm)) throw new InvalidOperationException($"The comm {comm.Id} ({comm.Target}) is closed.");
        sockets.Publish("comm_msg", parent, new JsonObject { ["comm_id"] = comm.Id, ["data"] = data }, null, [.. buffers.Select(b => b.ToArray())]);
    }

    public void Close(Comm comm, JsonObject data, JsonObject parent)
    {
        if (!_open.TryRemove(comm.Id, out _)) return;
        PublishClose(comm.Id, data, parent);
    }

    /// <summary>The open comms, all or a target's: id → target_name.</summary>
    public JsonObject Describe(string? target) =>
        new(_open.Values.Where(c => target is null || c.Target == target).Select(c => KeyValuePair.Create(c.Id, (JsonNode?)new JsonObject { ["target_name"] = c.Target })));

    /// <summary>Takes comm_open, comm_msg and comm_close. The handlers' exceptions come through.</summary>
    public void Receive(JupyterMessage message)
    {
        string id = message.Content["comm_id"]?.GetValue<string>() ?? throw new FormatException($"a {message.Type} without comm_id");
        CommMessage received = new(
            message.Content["data"] as JsonObject ?? [], message.Metadata, [.. message.Buffers.Select(b => (ReadOnlyMemory<byte>)b)]);
        switch (message.Type)
        {
            case "comm_open":
                string target = message.Content["target_name"]?.GetValue<string>() ?? "";
                if (!_targets.TryGetValue(target, out Action<Comm, CommMessage>? opened))
                {
                    PublishClose(id, [], message.Header);
                    return;
                }
                Comm comm = new(this, id, target);
                _open[id] = comm;
                try
                {
                    opened(comm, received);
                }
                catch
                {
                    Close(comm, [], message.Header);
                    throw;
                }
                break;
            case "comm_close":
                if (_open.TryRemove(id, out Comm? closed)) closed.OnClosed(received);
                break;
            default:
                if (_open.TryGetValue(id, out Comm? open)) open.OnReceived(received);
                break;
        }
    }

    private void PublishClose(string id, JsonObject data, JsonObject parent) =>
        sockets.Publish("comm_close", parent, new JsonObject { ["comm_id"] = id, ["data"] = data });
}
