using System.Text.Json.Nodes;
using Interp.Notebook.Execution;
using Interp.Notebook.Protocol;

namespace Interp.Notebook.Server;

/// <summary>One request's outputs, as iopub messages with that request as their parent, however late they come.</summary>
/// <param name="sockets">Where they go. A client that reads slowly holds up the writer.</param>
/// <param name="input">Asks the user.</param>
/// <param name="request">The request whose outputs these are.</param>
/// <param name="silent">Nothing is shown.</param>
/// <param name="allowsInput">The client can answer questions.</param>
internal sealed class CellOutput(KernelSockets sockets, InputRequests input, JupyterMessage request, bool silent, bool allowsInput) : ICellOutput
{
    // JupyterLab and VS Code say which cell it is; the protocol does not.
    public string? CellId => request.Metadata["cellId"] is JsonValue id && id.TryGetValue(out string? cell) ? cell : null;

    public void Write(StreamName stream, string text) =>
        Publish("stream", new JsonObject { ["name"] = stream == StreamName.Stdout ? "stdout" : "stderr", ["text"] = text });

    public void Display(MimeBundle bundle, string? displayId) => Publish("display_data", Content(bundle, displayId));

    public void UpdateDisplay(MimeBundle bundle, string displayId) => Publish("update_display_data", Content(bundle, displayId));

    public void Clear(bool wait) => Publish("clear_output", new JsonObject { ["wait"] = wait });

    public string ReadLine(string prompt, bool password, CancellationToken cancellation) => allowsInput
        ? input.Ask(request, prompt, password, cancellation)
        : throw new InvalidOperationException("This client takes no input (it sent the cell with allow_stdin = false). Run the cell where input can be typed, or set the value in code.");

    /// <summary>Any other iopub message of the request.</summary>
    public void Publish(string type, JsonObject content)
    {
        if (!silent) sockets.Publish(type, request.Header, content);
    }

    private static JsonObject Content(MimeBundle bundle, string? displayId)
    {
        JsonObject transient = [];
        if (displayId is not null) transient["display_id"] = displayId;
        return new JsonObject { ["data"] = bundle.Data.DeepClone(), ["metadata"] = bundle.Metadata.DeepClone(), ["transient"] = transient };
    }
}
