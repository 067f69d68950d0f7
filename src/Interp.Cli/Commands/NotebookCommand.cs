using System.CommandLine;

namespace Interp.Cli.Commands;

/// <summary><c>interp notebook</c>: notebooks without a notebook client.</summary>
internal static class NotebookCommand
{
    public static Command Create() => new("notebook", "Run and convert notebooks, with no client and no Python.")
    {
        NotebookRunCommand.Create(),
        NotebookConvertCommand.Create(),
    };
}
