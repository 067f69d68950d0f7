using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Interp.Notebook.Zmtp;

/// <summary>A bound socket: accepts peers, hands their messages on, and sends by identity (ROUTER), to subscribers (PUB) or back (REP).</summary>
internal sealed class ZmtpServer : IAsyncDisposable
{
    // A client that stops reading may hold up a cell for so long, once; after that its messages are dropped until it reads again.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    private readonly Socket _listener;
    private readonly SocketType _type;
    private readonly Action<byte[], byte[][]>? _received;
    private readonly Action<string> _log;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<string, Peer> _peers = new();
    private readonly Task _accepting;

    private sealed record Peer(ZmtpConnection Connection, byte[] Identity)
    {
        private volatile bool _stalled;

        public ConcurrentDictionary<string, byte[]> Subscriptions { get; } = new();

        public bool Send(byte[][] message)
        {
            bool sent = Connection.Send(message, _stalled ? TimeSpan.Zero : s_patience);
            _stalled = !sent;
            return sent;
        }
    }

    private ZmtpServer(Socket listener, SocketType type, Action<byte[], byte[][]>? received, Action<string> log)
    {
        (_listener, _type, _received, _log) = (listener, type, received, log);
        _accepting = AcceptAsync();
    }

    /// <summary>The port that was bound (TCP).</summary>
    public int Port => (_listener.LocalEndPoint as IPEndPoint)?.Port ?? 0;

    /// <summary>Peers that are connected now.</summary>
    public int PeerCount => _peers.Count;

    /// <summary>Binds an endpoint; port 0 lets the system choose.</summary>
    /// <param name="endpoint">tcp://ADDRESS:PORT or ipc://PATH.</param>
    /// <param name="type">Router, Pub or Rep.</param>
    /// <param name="received">Gets each message with its sender's identity, in the order in which a peer sent them, on a pool thread;
    /// of a publisher each new subscription: the subscriber's identity and the topic.</param>
    /// <param name="log">Gets a line for each peer that broke the protocol.</param>
    public static ZmtpServer Bind(string endpoint, SocketType type, Action<byte[], byte[][]>? received, Action<string> log)
    {
        EndPoint address = ZmtpEndpoint.Parse(endpoint);
        Socket listener = ZmtpEndpoint.NewSocket(address);
        try
        {
            listener.Bind(address);
            listener.Listen(64);
        }
        catch
        {
            listener.Dispose();
            throw;
        }
        return new ZmtpServer(listener, type, received, log);
    }

    /// <summary>Sends to the peer with an identity; false where there is none or it does not read.</summary>
    public bool SendTo(byte[] identity, byte[][] message) =>
        _peers.TryGetValue(Convert.ToHexString(identity), out Peer? peer) && peer.Send(message);

    /// <summary>Sends to every peer that subscribed to a prefix of the first frame.</summary>
    public void Publish(byte[][] message)
    {
        foreach (Peer peer in _peers.Values)
        {
            foreach (byte[] topic in peer.Subscriptions.Values)
            {
                if (!message[0].AsSpan().StartsWith(topic)) continue;
                if (!peer.Send(message) && !peer.Connection.Closed.IsCancellationRequested) _log("a subscriber reads too slowly: a message to it was dropped");
                break;
            }
        }
    }

    /// <summary>Sends what is queued (for a short while), then closes every connection.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_stop.IsCancellationRequested) return;
        await Task.WhenAll(_peers.Values.Select(p => p.Connection.DrainAsync(TimeSpan.FromSeconds(1)))).ConfigureAwait(false);
        await _stop.CancelAsync().ConfigureAwait(false);
        _listener.Dispose();
        await _accepting.ConfigureAwait(false);
        foreach (Peer peer in _peers.Values) peer.Connection.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                Socket socket = await _listener.AcceptAsync(_stop.Token).ConfigureAwait(false);
                if (socket.AddressFamily != AddressFamily.Unix) socket.NoDelay = true;
                _ = Task.Run(() => ServeAsync(socket), CancellationToken.None);
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException e)
            {
                _log($"could not accept a connection: {e.Message}");
                await Task.Delay(50).ConfigureAwait(false);
            }
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        Peer? peer = null;
        string key = "";
        try
        {
            using CancellationTokenSource handshake = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
            handshake.CancelAfter(TimeSpan.FromSeconds(30));
            ZmtpConnection connection = await ZmtpConnection.HandshakeAsync(socket, _type, [], handshake.Token).ConfigureAwait(false);
            // As libzmq does: a peer without a name gets one that starts with a zero byte.
            byte[] identity = connection.PeerIdentity.Length > 0 ? connection.PeerIdentity : [0, .. RandomNumberGenerator.GetBytes(8)];
            key = Convert.ToHexString(identity);
            peer = new Peer(connection, identity);
            // A client that reconnects under its old identity takes over from its dead connection.
            _peers.AddOrUpdate(key, peer, (_, old) =>
            {
                old.Connection.Dispose();
                return peer;
            });
            while (await connection.ReceiveAsync(_stop.Token).ConfigureAwait(false) is { } message) Handle(peer, message);
        }
        catch (Exception e) when (e is ZmtpException or IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            if (e is ZmtpException) _log($"a peer was disconnected: {e.Message}");
        }
        finally
        {
            if (peer is not null)
            {
                _peers.TryRemove(KeyValuePair.Create(key, peer));
                peer.Connection.Dispose();
            }
            socket.Dispose();
        }
    }

    private void Handle(Peer peer, byte[][] message)
    {
        switch (_type)
        {
            case SocketType.Rep:
                peer.Send(message);
                break;
            case SocketType.Pub when message[0] is [1, .. var topic]:
                peer.Subscriptions[Convert.ToHexString(topic)] = topic;
                _received?.Invoke(peer.Identity, [topic]);
                break;
            case SocketType.Pub when message[0] is [0, .. var topic]:
                peer.Subscriptions.TryRemove(Convert.ToHexString(topic), out _);
                break;
            case SocketType.Pub:
                break;
            default:
                _received?.Invoke(peer.Identity, message);
                break;
        }
    }
}
