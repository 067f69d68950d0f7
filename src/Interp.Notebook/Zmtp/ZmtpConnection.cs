using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;

namespace Interp.Notebook.Zmtp;

/// <summary>One connection after its handshake: a receive call and a bounded queue of messages to send.</summary>
internal sealed class ZmtpConnection : IDisposable
{
    /// <summary>Bytes that may wait for a slow peer before senders wait too.</summary>
    public const long QueuedBytes = 32L << 20;

    private readonly FrameStream _frames;
    private readonly Channel<byte[][]> _outgoing = Channel.CreateUnbounded<byte[][]>(new() { SingleReader = true });
    private readonly CancellationTokenSource _closed = new();
    private readonly SemaphoreSlim _room = new(0);
    private readonly Lock _lock = new();
    private long _waitingBytes;
    private int _waitingSenders;

    private ZmtpConnection(FrameStream frames, SocketType peerType, byte[] peerIdentity) =>
        (_frames, PeerType, PeerIdentity) = (frames, peerType, peerIdentity);

    public SocketType PeerType { get; }

    /// <summary>The identity that the peer gave itself; empty where it gave none.</summary>
    public byte[] PeerIdentity { get; }

    /// <summary>Ends when the connection does.</summary>
    public CancellationToken Closed => _closed.Token;

    /// <summary>Connects to tcp://host:port or ipc://path as a client.</summary>
    public static async Task<ZmtpConnection> ConnectAsync(string endpoint, SocketType type, byte[]? identity = null, CancellationToken cancel = default)
    {
        EndPoint address = ZmtpEndpoint.Parse(endpoint);
        Socket socket = ZmtpEndpoint.NewSocket(address);
        try
        {
            await socket.ConnectAsync(address, cancel).ConfigureAwait(false);
            return await HandshakeAsync(socket, type, identity ?? [], cancel).ConfigureAwait(false);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Greets the peer on a connected socket and starts sending.</summary>
    public static async Task<ZmtpConnection> HandshakeAsync(Socket socket, SocketType type, byte[] identity, CancellationToken cancel)
    {
        FrameStream frames = new(new NetworkStream(socket, ownsSocket: true));
        await frames.ExchangeGreetingAsync(cancel).ConfigureAwait(false);
        await frames.WriteCommandAsync(ReadyCommand.Write(type, identity), cancel).ConfigureAwait(false);
        await frames.FlushAsync(cancel).ConfigureAwait(false);
        (bool isCommand, byte[][] ready) = await frames.ReadAsync(cancel).ConfigureAwait(false);
        if (!isCommand) throw new ZmtpException("The peer sent a message before its READY.");
        (SocketType peerType, byte[] peerIdentity) = ReadyCommand.Read(ready[0]);
        ZmtpConnection connection = new(frames, peerType, peerIdentity);
        _ = Task.Run(connection.SendLoopAsync, CancellationToken.None);
        return connection;
    }

    /// <summary>The next message's frames; null when the connection has ended.</summary>
    public async Task<byte[][]?> ReceiveAsync(CancellationToken cancel)
    {
        try
        {
            while (true)
            {
                (bool isCommand, byte[][] frames) = await _frames.ReadAsync(cancel).ConfigureAwait(false);
                // A ZMTP 3.1 peer may still send PING or SUBSCRIBE as commands; only subscriptions concern us.
                if (!isCommand) return frames;
                if (Subscription(frames[0]) is { } subscription) return [subscription];
            }
        }
        catch (Exception e) when (e is EndOfStreamException or IOException or ObjectDisposedException or SocketException)
        {
            Dispose();
            return null;
        }
    }

    /// <summary>Queues a message. Where the peer reads too slowly, waits for room up to <paramref name="patience"/>.</summary>
    /// <returns>False where the message was dropped: the connection has ended or there was no room in time.</returns>
    public bool Send(byte[][] message, TimeSpan patience)
    {
        long size = Size(message);
        long deadline = Environment.TickCount64 + (long)patience.TotalMilliseconds;
        while (true)
        {
            lock (_lock)
            {
                if (_closed.IsCancellationRequested) return false;
                if (_waitingBytes == 0 || _waitingBytes + size <= QueuedBytes)
                {
                    _waitingBytes += size;
                    return _outgoing.Writer.TryWrite(message);
                }
                _waitingSenders++;
            }
            int left = (int)Math.Max(0, deadline - Environment.TickCount64);
            bool signalled;
            try
            {
                signalled = _room.Wait(left, Closed);
            }
            catch (OperationCanceledException)
            {
                return false;
            }
            if (!signalled)
            {
                lock (_lock)
                    _waitingSenders = Math.Max(0, _waitingSenders - 1);
                return false;
            }
        }
    }

    /// <summary>Waits until everything queued has been handed to the operating system, at most <paramref name="patience"/>.</summary>
    public async Task DrainAsync(TimeSpan patience)
    {
        long deadline = Environment.TickCount64 + (long)patience.TotalMilliseconds;
        while (Environment.TickCount64 < deadline && !_closed.IsCancellationRequested)
        {
            lock (_lock)
                if (_waitingBytes == 0) return;
            await Task.Delay(2).ConfigureAwait(false);
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            if (_closed.IsCancellationRequested) return;
            _closed.Cancel();
        }
        _outgoing.Writer.TryComplete();
        _frames.Dispose();
    }

    private static long Size(byte[][] message)
    {
        long size = 0;
        foreach (byte[] frame in message) size += frame.Length + 9;
        return size;
    }

    private static byte[]? Subscription(byte[] command) =>
        command.AsSpan().StartsWith("\x09SUBSCRIBE"u8) ? [1, .. command.AsSpan(10)]
        : command.AsSpan().StartsWith("\x06CANCEL"u8) ? [0, .. command.AsSpan(7)]
        : null;

    private async Task SendLoopAsync()
    {
        try
        {
            while (await _outgoing.Reader.WaitToReadAsync(Closed).ConfigureAwait(false))
            {
                long sent = 0;
                while (_outgoing.Reader.TryRead(out byte[][]? message))
                {
                    await _frames.WriteMessageAsync(message, Closed).ConfigureAwait(false);
                    sent += Size(message);
                    if (sent >= 1 << 20) break;
                }
                await _frames.FlushAsync(Closed).ConfigureAwait(false);
                lock (_lock)
                {
                    _waitingBytes -= sent;
                    if (_waitingSenders > 0) _room.Release(_waitingSenders);
                    _waitingSenders = 0;
                }
            }
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or OperationCanceledException)
        {
            Dispose();
        }
    }
}
