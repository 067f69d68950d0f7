using System.CommandLine;

namespace Interp.Cli.Commands;

/// <summary><c>interp kernel</c>: the Jupyter kernel and its registration.</summary>
internal static class KernelCommand
{
    public static Command Create() => new("kernel", "The Jupyter kernel C# (interp): install it for VS Code, JupyterLab, classic Jupyter and nbconvert.")
    {
        KernelInstallCommand.Create(),
        KernelUninstallCommand.Create(),
        KernelListCommand.Create(),
        KernelStartCommand.Create(),
    };
}
