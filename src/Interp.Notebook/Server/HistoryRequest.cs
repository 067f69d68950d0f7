using System.Text.Json.Nodes;
using Interp.Notebook.Protocol;

namespace Interp.Notebook.Server;

/// <summary>Serves history requests: range, tail, search.</summary>
internal static class HistoryRequest
{
    public static JsonObject Reply(JupyterMessage request, InputHistory history)
    {
        bool withOutput = request.Content["output"]?.GetValue<bool>() ?? false;
        int count = Number(request, "n", 1000);
        List<HistoryEntry> found = request.Content["hist_access_type"]?.GetValue<string>() switch
        {
            "range" => history.Range(Number(request, "session", 0), Number(request, "start", 0), Number(request, "stop", int.MaxValue)),
            "search" => history.Search(request.Content["pattern"]?.GetValue<string>() ?? "*", count, request.Content["unique"]?.GetValue<bool>() ?? false),
            "tail" or null => history.Tail(count),
            var other => throw new FormatException($"history has range, tail and search, not '{other}'"),
        };
        return new JsonObject
        {
            ["status"] = "ok",
            ["history"] = new JsonArray([.. found.Select(e => new JsonArray(e.Session, e.Line, withOutput ? new JsonArray(e.Source, e.Output) : e.Source))]),
        };
    }

    private static int Number(JupyterMessage request, string name, int otherwise) => request.Content[name]?.GetValue<int>() ?? otherwise;
}
