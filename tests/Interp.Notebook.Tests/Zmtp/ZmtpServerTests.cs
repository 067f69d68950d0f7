using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Channels;
using Interp.Notebook.Zmtp;
using SocketType = Interp.Notebook.Zmtp.SocketType;

namespace Interp.Notebook.Tests.Zmtp;

public sealed class ZmtpServerTests
{
    private static readonly CancellationToken s_cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_router_receives_frames_of_all_sizes_and_answers_the_sender()
    {
        var received = Channel.CreateUnbounded<(byte[] Identity, byte[][] Frames)>();
        await using var router = ZmtpServer.Bind("tcp://127.0.0.1:0", SocketType.Router, (id, m) => received.Writer.TryWrite((id, m)), _ => { });
        using ZmtpConnection a = await ZmtpConnection.ConnectAsync($"tcp://127.0.0.1:{router.Port}", SocketType.Dealer, "a"u8.ToArray(), s_cancel);
        using ZmtpConnection b = await ZmtpConnection.ConnectAsync($"tcp://127.0.0.1:{router.Port}", SocketType.Dealer, null, s_cancel);
        byte[][] message = [[], new byte[255], new byte[256], Enumerable.Range(0, 9_000_000).Select(i => (byte)i).ToArray()];

        Assert.True(a.Send(message, TimeSpan.FromSeconds(5)));
        (byte[] identity, byte[][] frames) = await received.Reader.ReadAsync(s_cancel);
        Assert.Equal("a", Encoding.ASCII.GetString(identity));
        Assert.Equal(message.Length, frames.Length);
        for (int i = 0; i < message.Length; i++) Assert.True(message[i].AsSpan().SequenceEqual(frames[i]));

        Assert.True(b.Send([[7]], TimeSpan.FromSeconds(5)));
        (byte[] other, _) = await received.Reader.ReadAsync(s_cancel);
        Assert.Equal(0, other[0]);
        Assert.True(router.SendTo(other, [[1], [2]]));
        Assert.Equal([[1], [2]], await b.ReceiveAsync(s_cancel));
        Assert.False(router.SendTo("nobody"u8.ToArray(), [[1]]));
    }

    [Fact]
    public async Task A_publisher_sends_to_subscribers_of_the_topic_only()
    {
        await using var pub = ZmtpServer.Bind("tcp://127.0.0.1:0", SocketType.Pub, null, _ => { });
        using ZmtpConnection all = await ZmtpConnection.ConnectAsync($"tcp://127.0.0.1:{pub.Port}", SocketType.Sub, null, s_cancel);
        using ZmtpConnection some = await ZmtpConnection.ConnectAsync($"tcp://127.0.0.1:{pub.Port}", SocketType.Sub, null, s_cancel);
        all.Send([[1]], TimeSpan.Zero);
        some.Send([[1, (byte)'x']], TimeSpan.Zero);
        Task<byte[][]?> first = all.ReceiveAsync(s_cancel);
        Task<byte[][]?> second = some.ReceiveAsync(s_cancel);
        while (!first.IsCompleted || !second.IsCompleted)
        {
            // Subscriptions arrive when they do; a publisher cannot know.
            pub.Publish([[(byte)'y'], [9]]);
            pub.Publish([[(byte)'x'], [8]]);
            await Task.Delay(5, s_cancel);
        }
        Assert.NotNull(await first);
        Assert.Equal([[(byte)'x'], [8]], await second);
    }

    [Fact]
    public async Task A_heartbeat_socket_echoes()
    {
        await using var rep = ZmtpServer.Bind("tcp://127.0.0.1:0", SocketType.Rep, null, _ => { });
        using ZmtpConnection req = await ZmtpConnection.ConnectAsync($"tcp://127.0.0.1:{rep.Port}", SocketType.Req, null, s_cancel);
        req.Send([[], "ping"u8.ToArray()], TimeSpan.Zero);
        Assert.Equal([[], "ping"u8.ToArray()], await req.ReceiveAsync(s_cancel));
    }

    [Fact]
    public async Task Unix_sockets_work_too()
    {
        string path = Path.Combine(Path.GetTempPath(), $"interp-{Guid.NewGuid():N}"[..20]);
        try
        {
            await using var rep = ZmtpServer.Bind($"ipc://{path}", SocketType.Rep, null, _ => { });
            using ZmtpConnection req = await ZmtpConnection.ConnectAsync($"ipc://{path}", SocketType.Req, null, s_cancel);
            req.Send([[3]], TimeSpan.Zero);
            Assert.Equal([[3]], await req.ReceiveAsync(s_cancel));
        }
        finally
        {
            File.Delete(path);
        }
    }

    public static TheoryData<string, byte[]> BrokenPeers => new()
    {
        { "not ZMTP", Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n" + new string(' ', 64)) },
        { "too old", [0xFF, 0, 0, 0, 0, 0, 0, 0, 0, 0x7F, 1, .. new byte[53]] },
        { "frame of 2^62 bytes", [.. Greeting, 0x02, 0x40, 0, 0, 0, 0, 0, 0, 0] },
        { "negative size", [.. Greeting, 0x02, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF] },
        { "cut READY", [.. Greeting, 0x04, 0x08, 5, .. "READY"u8, 200, 1] },
        { "message before READY", [.. Greeting, 0x00, 0x01, 1] },
        { "unknown flags", [.. Greeting, 0xF0, 0x01, 1] },
    };

    private static byte[] Greeting => [0xFF, 0, 0, 0, 0, 0, 0, 0, 0, 0x7F, 3, 0, .. "NULL"u8, .. new byte[48]];

    [Theory, MemberData(nameof(BrokenPeers))]
    public async Task A_broken_peer_is_disconnected_and_the_others_are_served(string what, byte[] bytes)
    {
        var log = Channel.CreateUnbounded<string>();
        await using var rep = ZmtpServer.Bind("tcp://127.0.0.1:0", SocketType.Rep, null, line => log.Writer.TryWrite(line));
        using (Socket socket = new(AddressFamily.InterNetwork, System.Net.Sockets.SocketType.Stream, ProtocolType.Tcp))
        {
            await socket.ConnectAsync(IPAddress.Loopback, rep.Port, s_cancel);
            await socket.SendAsync(bytes, s_cancel);
            Assert.False(string.IsNullOrEmpty(await log.Reader.ReadAsync(s_cancel)), what);
        }
        using ZmtpConnection req = await ZmtpConnection.ConnectAsync($"tcp://127.0.0.1:{rep.Port}", SocketType.Req, null, s_cancel);
        req.Send([[3]], TimeSpan.Zero);
        Assert.Equal([[3]], await req.ReceiveAsync(s_cancel));
    }

    [Fact]
    public async Task A_peer_that_does_not_read_is_dropped_from_not_waited_for_without_end()
    {
        await using var router = ZmtpServer.Bind("tcp://127.0.0.1:0", SocketType.Router, null, _ => { });
        using ZmtpConnection sender = await ZmtpConnection.ConnectAsync($"tcp://127.0.0.1:{router.Port}", SocketType.Dealer, null, s_cancel);
        byte[] block = new byte[ZmtpConnection.QueuedBytes / 4];
        // The router's peer here is a raw listener that never reads: the queue must fill and Send must say no.
        using Socket listener = new(AddressFamily.InterNetwork, System.Net.Sockets.SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        Task<ZmtpConnection> connecting = ZmtpConnection.ConnectAsync($"tcp://127.0.0.1:{((IPEndPoint)listener.LocalEndPoint!).Port}", SocketType.Dealer, null, s_cancel);
        using Socket silent = await listener.AcceptAsync(s_cancel);
        byte[] handshake = [.. Greeting, 0x04, 25, 5, .. "READY"u8, 11, .. "Socket-Type"u8, 0, 0, 0, 3, .. "REP"u8];
        handshake[65] = (byte)(handshake.Length - 66);
        await silent.SendAsync(handshake, s_cancel);
        using ZmtpConnection connection = await connecting;
        bool dropped = false;
        for (int i = 0; i < 64 && !dropped; i++) dropped = !connection.Send([block], TimeSpan.FromMilliseconds(20));
        Assert.True(dropped);
        Assert.True(sender.Send([[1]], TimeSpan.Zero));
    }
}
