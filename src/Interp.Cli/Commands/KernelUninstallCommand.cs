using System.CommandLine;
using Interp.Notebook.Install;

namespace Interp.Cli.Commands;

/// <summary><c>interp kernel uninstall</c>: removes a registration and the copy that it ran.</summary>
internal static class KernelUninstallCommand
{
    public static Command Create()
    {
        Command command = new("uninstall", "Remove the kernel's registration, and its copy of the tool where it has one.");
        KernelTarget target = KernelTarget.AddTo(command);
        command.SetAction(parsed =>
        {
            string folder = target.Folder(parsed);
            if (KernelSpec.Read(folder) is not { } spec)
                throw new IOException(Directory.Exists(folder) ? $"{folder} holds another program's kernel." : $"There is no kernel in {folder}; 'interp kernel list' shows what is installed.");
            spec.Delete();
            KernelCopies.Delete(folder);
            Console.Out.WriteLine($"{spec.DisplayName} is removed from {folder}");
            return CommandRunner.Done;
        });
        return command;
    }
}
