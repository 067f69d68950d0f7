using System.Text.Json;
using System.Text.Json.Nodes;
using Interp.Notebook.Server;

namespace Interp.Notebook;

/// <summary>A two-way channel between a cell and code in the front end (a widget, a page's script), opened by either side under a target's name.</summary>
/// <remarks>
/// Handlers run one after another, never at the same time as a cell. Example, the kernel's side of a page that asks for squares:
/// <code>
/// Comm.Register("squares", (comm, opening) =>
///     comm.Received += message => comm.Send(new { square = Math.Pow((double)message.Data["x"]!, 2) }));
/// </code>
/// </remarks>
public sealed class Comm
{
    private readonly CommRegistry _registry;

    internal Comm(CommRegistry registry, string id, string target) => (_registry, Id, Target) = (registry, id, target);

    /// <summary>A message came.</summary>
    public event Action<CommMessage>? Received;

    /// <summary>The front end closed the comm.</summary>
    public event Action<CommMessage>? Closed;

    /// <summary>The comm's id, the same on both sides.</summary>
    public string Id { get; }

    /// <summary>The name under which it was opened.</summary>
    public string Target { get; }

    /// <summary>True until either side has closed it.</summary>
    public bool IsOpen => _registry.IsOpen(this);

    /// <summary>Lets the front end open comms under a name; replaces the target that had the name.</summary>
    /// <param name="target">The name.</param>
    /// <param name="opened">Gets each new comm and its opening message; here its handlers are attached.</param>
    /// <exception cref="InvalidOperationException">The code does not run in a Jupyter kernel.</exception>
    public static void Register(string target, Action<Comm, CommMessage> opened) => Request().Comms.Register(target, opened);

    /// <summary>Opens a comm from this side; a front end that does not know the target closes it again.</summary>
    /// <param name="target">The name that the front end has registered.</param>
    /// <param name="data">What the opening message says, serialized as a JSON object.</param>
    /// <exception cref="InvalidOperationException">The code does not run in a Jupyter kernel.</exception>
    public static Comm Open(string target, object? data = null)
    {
        KernelRequest request = Request();
        return request.Comms.Open(target, ToObject(data), request.Header);
    }

    /// <summary>Sends a message.</summary>
    /// <param name="data">Serialized as a JSON object.</param>
    /// <param name="buffers">Raw attachments.</param>
    /// <exception cref="InvalidOperationException">The comm is closed.</exception>
    public void Send(object? data, params IReadOnlyList<ReadOnlyMemory<byte>> buffers) =>
        _registry.Send(this, ToObject(data), buffers, KernelRequest.Current?.Header ?? []);

    /// <summary>Closes the comm on both sides; a closed comm stays closed.</summary>
    /// <param name="data">What the closing message says, serialized as a JSON object.</param>
    public void Close(object? data = null) => _registry.Close(this, ToObject(data), KernelRequest.Current?.Header ?? []);

    internal void OnReceived(CommMessage message) => Received?.Invoke(message);

    internal void OnClosed(CommMessage message) => Closed?.Invoke(message);

    private static KernelRequest Request() =>
        KernelRequest.Current ?? throw new InvalidOperationException("A comm needs a Jupyter front end: this code does not run in a cell of the kernel.");

    private static JsonObject ToObject(object? data) => JsonSerializer.SerializeToNode(data, JsonSerializerOptions.Web) switch
    {
        null => [],
        JsonObject o => o.Parent is null ? o : (JsonObject)o.DeepClone(),
        _ => throw new ArgumentException("A comm's data must be an object in JSON, such as new { x = 1 }.", nameof(data)),
    };
}
