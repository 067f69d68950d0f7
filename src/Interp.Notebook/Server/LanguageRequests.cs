using System.Text.Json.Nodes;
using Interp.Notebook.Execution;
using Interp.Notebook.Protocol;

namespace Interp.Notebook.Server;

/// <summary>Requests about code that is being typed: complete, inspect, is_complete.</summary>
internal static class LanguageRequests
{
    public static JsonObject Complete(JupyterMessage request, INotebookSession session)
    {
        (string code, int position) = CodeAndPosition(request);
        Completions found = session.CompleteAsync(code, position, CancellationToken.None).GetAwaiter().GetResult();
        int start = CodePoints.FromUtf16(code, found.Start), end = CodePoints.FromUtf16(code, found.End);
        JsonArray types = new([.. found.Items.Select(item => new JsonObject
        {
            ["start"] = start,
            ["end"] = end,
            ["text"] = item.Text,
            ["type"] = item.Kind,
            ["signature"] = item.Signature,
        })]);
        return new JsonObject
        {
            ["status"] = "ok",
            ["matches"] = new JsonArray([.. found.Items.Select(item => (JsonNode)item.Text)]),
            ["cursor_start"] = start,
            ["cursor_end"] = end,
            // What JupyterLab and VS Code show beside a completion.
            ["metadata"] = new JsonObject { ["_jupyter_types_experimental"] = types },
        };
    }

    public static JsonObject Inspect(JupyterMessage request, INotebookSession session)
    {
        (string code, int position) = CodeAndPosition(request);
        MimeBundle? found = session.InspectAsync(code, position, CancellationToken.None).GetAwaiter().GetResult();
        return new JsonObject
        {
            ["status"] = "ok",
            ["found"] = found is not null,
            ["data"] = found?.Data.DeepClone() ?? new JsonObject(),
            ["metadata"] = found?.Metadata.DeepClone() ?? new JsonObject(),
        };
    }

    public static JsonObject IsComplete(JupyterMessage request, INotebookSession session)
    {
        Completeness completeness = session.IsComplete(Code(request));
        JsonObject reply = new() { ["status"] = completeness.Status };
        if (completeness.Status == "incomplete") reply["indent"] = completeness.Indent;
        return reply;
    }

    private static string Code(JupyterMessage request) => request.Content["code"]?.GetValue<string>() ?? throw new FormatException($"a {request.Type} without code");

    private static (string Code, int Position) CodeAndPosition(JupyterMessage request)
    {
        string code = Code(request);
        return (code, request.Content["cursor_pos"]?.GetValue<int>() is { } position ? CodePoints.ToUtf16(code, position) : code.Length);
    }
}
