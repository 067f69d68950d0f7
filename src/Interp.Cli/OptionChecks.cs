using System.CommandLine;
using System.CommandLine.Parsing;

namespace Interp.Cli;

/// <summary>Checks of several options of a command together.</summary>
internal static class OptionChecks
{
    /// <summary>Adds a check that runs where every option it reads can be read; where one cannot, that option's own error is enough.</summary>
    public static void AddCheck(this Command command, Action<CommandResult> check) => command.Validators.Add(result =>
    {
        try
        {
            check(result);
        }
        catch (InvalidOperationException)
        {
            // What the library throws for the value of an option that could not be read; the parser reports the option itself.
        }
    });
}
