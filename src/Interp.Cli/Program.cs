using System.CommandLine;
using Interp.Cli;
using Interp.Cli.Commands;

RootCommand root = new("Mechanistic interpretability for .NET: train or open a transformer, hook it, find its induction heads.")
{
    ReproduceCommand.Create(),
    TrainCommand.Create(),
    ResumeCommand.Create(),
};
return await CommandRunner.RunAsync(root, args);
