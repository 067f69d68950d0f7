using System.CommandLine;

namespace Interp.Cli.Commands;

/// <summary><c>interp reproduce</c>: the main job.</summary>
internal static class ReproduceCommand
{
    public static Command Create()
    {
        Option<bool> quick = new("--quick") { Description = "Smaller models and fewer steps: about a minute, and not every statement need hold." };
        Option<DirectoryInfo> output = new("--out") { Description = "The folder to write.", HelpName = "DIR", DefaultValueFactory = _ => new DirectoryInfo("reproduction") };
        Option<ulong> seed = new("--seed") { Description = "Everything random follows from it.", HelpName = "N", DefaultValueFactory = _ => 1 };
        Option<bool> json = new("--json") { Description = "Print the results as JSON on standard output." };
        Command command = new("reproduce", "Train the series of small models, watch induction heads form, ablate them, and write the page of figures.") { quick, output, seed, json };
        command.SetAction((parsed, cancel) => Task.FromResult(CommandRunner.Done));
        return command;
    }
}
