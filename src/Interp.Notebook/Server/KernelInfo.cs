using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Interp.Notebook.Protocol;

namespace Interp.Notebook.Server;

/// <summary>What the kernel says of itself.</summary>
internal static class KernelInfo
{
    /// <summary>The language's name for front ends: what VS Code, JupyterLab and Pygments know C# by.</summary>
    public const string Language = "csharp";

    public static string Version { get; } = typeof(KernelInfo).Assembly.GetName().Version?.ToString(3) ?? "0";

    public static JsonObject Reply() => new()
    {
        ["status"] = "ok",
        ["protocol_version"] = JupyterMessage.ProtocolVersion,
        ["implementation"] = "interp",
        ["implementation_version"] = Version,
        ["language_info"] = new JsonObject
        {
            ["name"] = Language,
            ["version"] = "14.0",
            ["mimetype"] = "text/x-csharp",
            ["file_extension"] = ".cs",
            ["pygments_lexer"] = "csharp",
            ["codemirror_mode"] = "text/x-csharp",
        },
        ["banner"] = $"interp {Version}: C# on {RuntimeInformation.FrameworkDescription}",
        ["debugger"] = false,
        ["supported_features"] = new JsonArray(),
        ["help_links"] = new JsonArray(
            new JsonObject { ["text"] = "C# reference", ["url"] = "https://learn.microsoft.com/dotnet/csharp/" },
            new JsonObject { ["text"] = ".NET API browser", ["url"] = "https://learn.microsoft.com/dotnet/api/" }),
    };
}
