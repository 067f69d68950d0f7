using System.Net;
using System.Net.Sockets;

namespace Interp.Notebook.Zmtp;

/// <summary>Endpoints as Jupyter writes them: <c>tcp://127.0.0.1:5555</c> and <c>ipc:///path-5555</c>.</summary>
internal static class ZmtpEndpoint
{
    /// <exception cref="FormatException">Neither form.</exception>
    public static EndPoint Parse(string endpoint)
    {
        if (endpoint.StartsWith("ipc://", StringComparison.Ordinal)) return new UnixDomainSocketEndPoint(endpoint[6..]);
        if (endpoint.StartsWith("tcp://", StringComparison.Ordinal) && IPEndPoint.TryParse(endpoint[6..].Replace("localhost", "127.0.0.1", StringComparison.Ordinal), out IPEndPoint? ip)) return ip;
        throw new FormatException($"'{endpoint}' is not an endpoint: tcp://ADDRESS:PORT or ipc://PATH is needed.");
    }

    public static Socket NewSocket(EndPoint address)
    {
        if (address is UnixDomainSocketEndPoint) return new Socket(AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, ProtocolType.Unspecified);
        return new Socket(address.AddressFamily, System.Net.Sockets.SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    }
}
