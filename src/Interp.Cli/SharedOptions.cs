using System.CommandLine;

namespace Interp.Cli;

/// <summary>Options that several commands have, defined once.</summary>
internal static class SharedOptions
{
    public static Option<bool> Json() => new("--json") { Description = "Print the result as JSON on standard output." };

    public static Option<ulong> Seed() => new("--seed") { Description = "Everything random follows from it.", HelpName = "N", DefaultValueFactory = _ => 1 };
}
