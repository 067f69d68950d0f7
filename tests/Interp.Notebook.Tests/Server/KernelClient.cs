using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Interp.Notebook.Protocol;
using Interp.Notebook.Server;
using Interp.Notebook.Zmtp;
using SocketType = Interp.Notebook.Zmtp.SocketType;

namespace Interp.Notebook.Tests.Server;

/// <summary>A kernel over a <see cref="ScriptedSession"/> in this process, and one client of it.</summary>
internal sealed class KernelClient : IAsyncDisposable
{
    private static readonly CancellationToken s_cancel = TestContext.Current.CancellationToken;
    private readonly MessageCodec _codec = new("key");
    private readonly Dictionary<KernelChannel, ZmtpConnection> _channels = [];
    private readonly List<string> _log = [];
    private readonly Queue<JupyterMessage> _before = [];
    private ZmtpConnection _ioPub = null!;
    private int _sent;

    private KernelClient(ConnectionFile file) => Kernel = new Kernel(file, () => Session, new InputHistory(null, Log), Log);

    public Kernel Kernel { get; }

    public ScriptedSession Session { get; } = new();

    /// <summary>What the kernel logged, a line an entry.</summary>
    public string[] Logged
    {
        get
        {
            lock (_log) return [.. _log];
        }
    }

    /// <summary>Starts a kernel and connects; the subscription is in place.</summary>
    public static async Task<KernelClient> StartAsync()
    {
        (KernelClient client, ConnectionFile file) = OnFreePorts();
        foreach ((KernelChannel channel, int port) in ((KernelChannel, int)[])[(KernelChannel.Shell, file.ShellPort), (KernelChannel.Control, file.ControlPort), (KernelChannel.Stdin, file.StdinPort)])
            client._channels[channel] = await ZmtpConnection.ConnectAsync(file.Endpoint(port), SocketType.Dealer, "client"u8.ToArray(), s_cancel);
        client._ioPub = await ZmtpConnection.ConnectAsync(file.Endpoint(file.IoPubPort), SocketType.Sub, null, s_cancel);
        client._ioPub.Send([[1]], TimeSpan.Zero);
        // A request on another connection may overtake the subscription; what it publishes would be lost.
        JupyterMessage message;
        do client._before.Enqueue(message = client.Decode(await client._ioPub.ReceiveAsync(s_cancel)));
        while (message.Type != "iopub_welcome");
        return client;
    }

    /// <summary>Sends a request and returns it.</summary>
    public JupyterMessage Send(string type, JsonObject content, KernelChannel channel = KernelChannel.Shell, JsonObject? parent = null)
    {
        JsonObject header = new() { ["msg_id"] = $"request-{++_sent}", ["msg_type"] = type, ["session"] = "s", ["username"] = "ada", ["date"] = "", ["version"] = "5.3" };
        JupyterMessage message = new([], header, parent ?? [], [], content, []);
        SendFrames(_codec.Encode(message), channel);
        return message;
    }

    /// <summary>Sends frames as they are.</summary>
    public void SendFrames(byte[][] frames, KernelChannel channel = KernelChannel.Shell) => Assert.True(_channels[channel].Send(frames, TimeSpan.FromSeconds(5)));

    public JupyterMessage Execute(string code, params (string Name, JsonNode Value)[] options)
    {
        JsonObject content = new() { ["code"] = code };
        foreach ((string name, JsonNode value) in options) content[name] = value;
        return Send("execute_request", content);
    }

    public async Task<JupyterMessage> ReplyAsync(KernelChannel channel = KernelChannel.Shell) => Decode(await _channels[channel].ReceiveAsync(s_cancel));

    /// <summary>The next message on iopub.</summary>
    public async Task<JupyterMessage> PublishedAsync() => _before.TryDequeue(out JupyterMessage? message) ? message : Decode(await _ioPub.ReceiveAsync(s_cancel));

    /// <summary>What iopub says until a request is done: type, or state for a status.</summary>
    public async Task<List<JupyterMessage>> UntilIdleAsync(JupyterMessage request)
    {
        List<JupyterMessage> messages = [];
        while (true)
        {
            JupyterMessage message = await PublishedAsync();
            if ((string?)message.Parent["msg_id"] != request.Id) continue;
            messages.Add(message);
            if (Name(message) == "idle") return messages;
        }
    }

    /// <summary>A message's type; of a status its state.</summary>
    public static string Name(JupyterMessage message) => message.Type == "status" ? (string)message.Content["execution_state"]! : message.Type;

    public async ValueTask DisposeAsync()
    {
        await Kernel.DisposeAsync();
        foreach (ZmtpConnection channel in _channels.Values) channel.Dispose();
        _ioPub.Dispose();
    }

    /// <summary>A kernel on ports that were free a moment ago: where another test took one since, on others.</summary>
    private static (KernelClient Client, ConnectionFile File) OnFreePorts()
    {
        for (int attempt = 1; ; attempt++)
        {
            int[] ports = FreePorts(5);
            ConnectionFile file = new() { ShellPort = ports[0], IoPubPort = ports[1], StdinPort = ports[2], ControlPort = ports[3], HeartbeatPort = ports[4], Key = "key" };
            try
            {
                return (new KernelClient(file), file);
            }
            catch (IOException) when (attempt < 5)
            {
                // Taken.
            }
        }
    }

    private static int[] FreePorts(int count)
    {
        TcpListener[] listeners = [.. Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0))];
        foreach (TcpListener listener in listeners) listener.Start();
        int[] ports = [.. listeners.Select(l => ((IPEndPoint)l.LocalEndpoint).Port)];
        foreach (TcpListener listener in listeners) listener.Dispose();
        return ports;
    }

    private JupyterMessage Decode(byte[][]? frames) => _codec.Decode(frames ?? throw new EndOfStreamException("the kernel closed the connection"));

    private void Log(string line)
    {
        lock (_log) _log.Add(line);
    }
}
