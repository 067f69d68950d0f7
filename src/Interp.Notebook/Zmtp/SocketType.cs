namespace Interp.Notebook.Zmtp;

/// <summary>The ZeroMQ socket patterns that a Jupyter kernel and its client speak.</summary>
internal enum SocketType
{
    /// <summary>Many peers, each addressed by its identity (the kernel's shell, control and stdin).</summary>
    Router,

    /// <summary>Sends to every subscriber (the kernel's iopub).</summary>
    Pub,

    /// <summary>Answers each message with one (the kernel's heartbeat).</summary>
    Rep,

    /// <summary>A client of a router.</summary>
    Dealer,

    /// <summary>A client of a publisher.</summary>
    Sub,

    /// <summary>A client of a replier.</summary>
    Req,
}
