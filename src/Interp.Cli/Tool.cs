using System.CommandLine;
using Interp.Cli.Commands;

namespace Interp.Cli;

/// <summary>The <c>interp</c> tool: all its commands.</summary>
internal static class Tool
{
    public static RootCommand Create() => new("Mechanistic interpretability for .NET: train or open a transformer, hook it, find its induction heads.")
    {
        ReproduceCommand.Create(),
        TrainCommand.Create(),
        ResumeCommand.Create(),
        InfoCommand.Create(),
        HeadsCommand.Create(),
        AblateCommand.Create(),
        PatchCommand.Create(),
        AttributeCommand.Create(),
        LensCommand.Create(),
        RunCommand.Create(),
        GenerateCommand.Create(),
        NotebookCommand.Create(),
        ConvertCommand.Create(),
        KernelCommand.Create(),
    };
}
