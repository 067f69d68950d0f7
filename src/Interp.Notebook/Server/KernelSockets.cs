using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Interp.Notebook.Protocol;
using Interp.Notebook.Zmtp;
using SocketType = Interp.Notebook.Zmtp.SocketType;

namespace Interp.Notebook.Server;

/// <summary>The kernel's five sockets: verified messages come in, signed messages go out. Every member may be called from any thread.</summary>
internal sealed class KernelSockets : IAsyncDisposable
{
    private readonly List<ZmtpServer> _sockets = [];
    private readonly MessageCodec _codec;
    private readonly Action<KernelChannel, JupyterMessage> _received;
    private readonly Action<string> _log;
    private readonly string _session = Guid.NewGuid().ToString("N");
    private readonly Dictionary<KernelChannel, ZmtpServer> _routers = [];
    private readonly ZmtpServer _ioPub;
    private readonly ManualResetEventSlim _open = new();
    private int _sent;

    /// <summary>Binds every port of a connection file. What arrives waits until <see cref="Open"/>.</summary>
    /// <param name="file">Where to listen, and the key.</param>
    /// <param name="received">Gets each message whose signature is right, in a channel's order. It must not block.</param>
    /// <param name="subscribed">Called before a subscriber to iopub gets its welcome.</param>
    /// <param name="log">Gets a line for each message that was dropped.</param>
    /// <exception cref="IOException">A port is taken, or its address is not this machine's.</exception>
    public KernelSockets(ConnectionFile file, Action<KernelChannel, JupyterMessage> received, Action subscribed, Action<string> log)
    {
        (_codec, _received, _log) = (new MessageCodec(file.Key), received, log);
        try
        {
            Bind("heartbeat", file, file.HeartbeatPort, SocketType.Rep, null);
            _ioPub = Bind("iopub", file, file.IoPubPort, SocketType.Pub, (identity, topic) =>
            {
                _open.Wait();
                subscribed();
                Welcome(identity, topic[0]);
            });
            foreach ((KernelChannel channel, int port) in ((KernelChannel, int)[])[(KernelChannel.Shell, file.ShellPort), (KernelChannel.Control, file.ControlPort), (KernelChannel.Stdin, file.StdinPort)])
                _routers[channel] = Bind(channel.ToString().ToLowerInvariant(), file, port, SocketType.Router, (identity, frames) => Receive(channel, identity, frames));
        }
        catch
        {
            foreach (ZmtpServer socket in _sockets) socket.DisposeAsync().AsTask().GetAwaiter().GetResult();
            throw;
        }
    }

    /// <summary>The receiver is ready.</summary>
    public void Open() => _open.Set();

    /// <summary>A new header: its id is this kernel's and used once.</summary>
    public JsonObject NewHeader(string type, JsonObject parent) => new()
    {
        ["msg_id"] = string.Create(CultureInfo.InvariantCulture, $"{_session}_{Environment.ProcessId}_{Interlocked.Increment(ref _sent)}"),
        ["session"] = _session,
        ["username"] = parent["username"]?.DeepClone() ?? "kernel",
        ["date"] = DateTime.UtcNow.ToString("O", CultureInfo.InvariantCulture),
        ["msg_type"] = type,
        ["version"] = JupyterMessage.ProtocolVersion,
    };

    /// <summary>Answers a request where it came from.</summary>
    public void Reply(KernelChannel channel, JupyterMessage request, string type, JsonObject content, JsonObject? metadata = null) =>
        Send(channel, new JupyterMessage(request.Identities, NewHeader(type, request.Header), request.Header, metadata ?? [], content, []));

    /// <summary>Sends a message to the client that <see cref="JupyterMessage.Identities"/> names.</summary>
    /// <returns>False where that client has no connection to the channel, or does not read.</returns>
    public bool Send(KernelChannel channel, JupyterMessage message)
    {
        byte[][] frames = _codec.Encode(message);
        bool sent = _routers[channel].SendTo(frames[0], frames[1..]);
        if (!sent) _log($"a {message.Type} found no client on {channel.ToString().ToLowerInvariant()}");
        return sent;
    }

    /// <summary>Tells every client.</summary>
    /// <param name="type">The message's type.</param>
    /// <param name="parent">The header of the request that caused it; empty where none did.</param>
    /// <param name="content">What it says.</param>
    /// <param name="metadata">Hints for the client.</param>
    /// <param name="buffers">Raw attachments.</param>
    public void Publish(string type, JsonObject parent, JsonObject content, JsonObject? metadata = null, byte[][]? buffers = null)
    {
        byte[] topic = Encoding.ASCII.GetBytes($"kernel.{_session}.{type}");
        _ioPub.Publish(_codec.Encode(new JupyterMessage([topic], NewHeader(type, parent), parent, metadata ?? [], content, buffers ?? [])));
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_sockets.Select(s => s.DisposeAsync().AsTask())).ConfigureAwait(false);
        _open.Dispose();
    }

    // A client that waits for it knows that it will miss nothing from here on (JEP 65).
    private void Welcome(byte[] subscriber, byte[] topic)
    {
        JsonObject content = new() { ["subscription"] = Encoding.UTF8.GetString(topic) };
        _ioPub.SendTo(subscriber, _codec.Encode(new JupyterMessage([topic], NewHeader("iopub_welcome", []), [], [], content, [])));
    }

    private ZmtpServer Bind(string name, ConnectionFile file, int port, SocketType type, Action<byte[], byte[][]>? received)
    {
        string endpoint = file.Endpoint(port);
        try
        {
            ZmtpServer socket = ZmtpServer.Bind(endpoint, type, received, line => _log($"{name}: {line}"));
            _sockets.Add(socket);
            return socket;
        }
        catch (SocketException e)
        {
            string why = e.SocketErrorCode == SocketError.AddressAlreadyInUse ? "is in use by another process; let the client choose another port" : $"cannot be bound: {e.Message}";
            throw new IOException($"The kernel's {name} port {endpoint} {why}.", e);
        }
    }

    private void Receive(KernelChannel channel, byte[] identity, byte[][] frames)
    {
        _open.Wait();
        try
        {
            JupyterMessage message = _codec.Decode([identity, .. frames]);
            // The lazy JSON reader finds some faults (repeated names, types) only now.
            if (message.Type.Length == 0 || message.Id.Length == 0) throw new FormatException("its header has no msg_type or no msg_id");
            _received(channel, message);
        }
        catch (Exception e) when (e is FormatException or InvalidOperationException or ArgumentException)
        {
            _log($"dropped a message on {channel.ToString().ToLowerInvariant()}: {e.Message}");
        }
    }
}
