using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Interp.Cli;

/// <summary>What the tool prints: results on standard output, everything else on standard error.</summary>
internal static class Terminal
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        // Tokens stay readable; nothing of this goes into a page.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower) },
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    /// <summary>True where INTERP_DEBUG=1 asks for stack traces instead of one-line errors.</summary>
    public static bool ShowsStackTraces { get; } = Environment.GetEnvironmentVariable("INTERP_DEBUG") == "1";

    public static void Error(string message) => Console.Error.WriteLine($"{Coloured("error:", 31)} {message}");

    public static void Note(string message) => Console.Error.WriteLine(Coloured(message, 90));

    /// <summary>The name that JSON gives to an enumeration's value: <c>previous-token</c>.</summary>
    public static string KebabCase<T>(T value) where T : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());

    public static void WriteJson<T>(T value) => Console.Out.WriteLine(JsonSerializer.Serialize(value, Json));

    // A file or a pipe gets plain text.
    private static string Coloured(string text, int ansi) =>
        Console.IsErrorRedirected || Environment.GetEnvironmentVariable("NO_COLOR") is { Length: > 0 } ? text : $"\x1b[{ansi}m{text}\x1b[0m";
}
