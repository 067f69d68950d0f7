using System.Text.Json;
using System.Text.Json.Serialization;
using Spectre.Console;

namespace Interp.Cli;

/// <summary>What the tool prints: results on standard output, everything else on standard error.</summary>
internal static class Terminal
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower) },
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    /// <summary>Standard error, with colours and live progress where it is a terminal.</summary>
    public static IAnsiConsole Err { get; } = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });

    /// <summary>True where INTERP_DEBUG=1 asks for stack traces instead of one-line errors.</summary>
    public static bool ShowsStackTraces { get; } = Environment.GetEnvironmentVariable("INTERP_DEBUG") == "1";

    public static void Error(string message) => Err.MarkupLineInterpolated($"[red]error:[/] {message}");

    public static void Note(string message) => Err.MarkupLineInterpolated($"[grey]{message}[/]");

    public static void WriteJson<T>(T value) => Console.Out.WriteLine(JsonSerializer.Serialize(value, Json));
}
