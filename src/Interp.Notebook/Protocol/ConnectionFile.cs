using System.Text.Json;
using System.Text.Json.Serialization;

namespace Interp.Notebook.Protocol;

/// <summary>The JSON file in which a Jupyter client tells a kernel where to listen and which key signs the messages.</summary>
internal sealed record ConnectionFile
{
    [JsonPropertyName("transport")]
    public string Transport { get; init; } = "tcp";

    [JsonPropertyName("ip")]
    public string Ip { get; init; } = "127.0.0.1";

    [JsonPropertyName("shell_port")]
    public required int ShellPort { get; init; }

    [JsonPropertyName("iopub_port")]
    public required int IoPubPort { get; init; }

    [JsonPropertyName("stdin_port")]
    public required int StdinPort { get; init; }

    [JsonPropertyName("control_port")]
    public required int ControlPort { get; init; }

    [JsonPropertyName("hb_port")]
    public required int HeartbeatPort { get; init; }

    [JsonPropertyName("key")]
    public string Key { get; init; } = "";

    [JsonPropertyName("signature_scheme")]
    public string SignatureScheme { get; init; } = "hmac-sha256";

    /// <summary>The endpoint of a port: <c>tcp://ip:port</c>, or <c>ipc://ip-port</c> where <see cref="Ip"/> is a path.</summary>
    public string Endpoint(int port) => Transport == "ipc" ? $"ipc://{Ip}-{port}" : $"tcp://{Ip}:{port}";

    /// <exception cref="InvalidDataException">The file is missing something, or asks for what this kernel does not have.</exception>
    public static ConnectionFile Read(string path)
    {
        ConnectionFile? file;
        try
        {
            file = JsonSerializer.Deserialize<ConnectionFile>(File.ReadAllBytes(path));
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{path} is not a Jupyter connection file: {e.Message}", e);
        }
        if (file is null) throw new InvalidDataException($"{path} is not a Jupyter connection file: it is empty.");
        if (file.Transport is not ("tcp" or "ipc")) throw new InvalidDataException($"{path}: transport '{file.Transport}' is not known; tcp and ipc are.");
        if (file.Key.Length > 0 && file.SignatureScheme != "hmac-sha256") throw new InvalidDataException($"{path}: signature scheme '{file.SignatureScheme}' is not known; hmac-sha256 is.");
        return file;
    }
}
