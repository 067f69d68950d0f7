using System.Text.Json.Nodes;

namespace Interp.Notebook.Server;

/// <summary>The request that this thread, or the one that started it, serves: the parent of what it sends.</summary>
/// <param name="Comms">The comms of the kernel that serves it.</param>
/// <param name="Header">The request's header.</param>
internal sealed record KernelRequest(CommRegistry Comms, JsonObject Header)
{
    private static readonly AsyncLocal<KernelRequest?> s_current = new();

    /// <summary>Null outside a kernel. It flows into tasks and threads, so that those which outlive their cell still belong to it.</summary>
    public static KernelRequest? Current
    {
        get => s_current.Value;
        set => s_current.Value = value;
    }
}
