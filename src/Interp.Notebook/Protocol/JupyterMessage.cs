using System.Text.Json.Nodes;

namespace Interp.Notebook.Protocol;

/// <summary>One message of the Jupyter protocol (version 5.4).</summary>
/// <param name="Identities">The routing prefix: whom it came from or goes to; for iopub the topic.</param>
/// <param name="Header">msg_id, session, username, date, msg_type, version.</param>
/// <param name="Parent">The header of the request that this message answers; empty where there is none.</param>
/// <param name="Metadata">Rarely used.</param>
/// <param name="Content">What it says.</param>
/// <param name="Buffers">Raw attachments (comm messages).</param>
internal sealed record JupyterMessage(
    byte[][] Identities, JsonObject Header, JsonObject Parent, JsonObject Metadata, JsonObject Content, byte[][] Buffers)
{
    public const string ProtocolVersion = "5.4";

    /// <summary>The message's type, such as <c>execute_request</c>.</summary>
    public string Type => Header["msg_type"]?.GetValue<string>() ?? "";

    /// <summary>The message's id.</summary>
    public string Id => Header["msg_id"]?.GetValue<string>() ?? "";
}
