using System.CommandLine;
using Interp.Cli.Commands;

namespace Interp.Cli;

/// <summary>The <c>interp</c> tool: all its commands.</summary>
internal static class Tool
{
    /// <summary>All commands.</summary>
    /// <param name="devices">What <c>heads --device</c> chooses from; without it there is no such option.</param>
    public static RootCommand Create(IScoreDevices? devices = null) => new("Mechanistic interpretability for .NET: train or open a transformer, hook it, find its induction heads.")
    {
        ReproduceCommand.Create(),
        TrainCommand.Create(),
        ResumeCommand.Create(),
        InfoCommand.Create(),
        HeadsCommand.Create(devices),
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
