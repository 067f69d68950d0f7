using System.CommandLine;

namespace Interp.Cli;

/// <summary>Options that several commands have, defined once.</summary>
internal static class SharedOptions
{
    public static Option<bool> Json() => new("--json") { Description = "Print the result as JSON on standard output." };

    public static Option<FileInfo?> Html(string what) => new("--html") { Description = $"Also write a page with {what}.", HelpName = "FILE" };

    public static Option<ulong> Seed() => new("--seed") { Description = "Everything random follows from it.", HelpName = "N", DefaultValueFactory = _ => 1 };

    /// <summary>An option that takes one of an enumeration's values, named as JSON names them.</summary>
    public static Option<T> Choice<T>(string name, string description, T value) where T : struct, Enum
    {
        string[] names = [.. Enum.GetValues<T>().Select(Terminal.KebabCase)];
        return new Option<T>(name)
        {
            Description = description,
            HelpName = string.Join('|', names),
            DefaultValueFactory = _ => value,
            CustomParser = result =>
            {
                int index = Array.IndexOf(names, result.Tokens[0].Value);
                if (index < 0) result.AddError($"{name} takes one of {string.Join(", ", names)}, not '{result.Tokens[0].Value}'.");
                return Enum.GetValues<T>()[Math.Max(index, 0)];
            },
        };
    }
}
