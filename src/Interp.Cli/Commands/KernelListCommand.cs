using System.CommandLine;
using Interp.Notebook.Install;

namespace Interp.Cli.Commands;

/// <summary><c>interp kernel list</c>: the registrations that clients find.</summary>
internal static class KernelListCommand
{
    public static Command Create()
    {
        Option<bool> json = SharedOptions.Json();
        Command command = new("list", "List where the kernel is installed, and whether what it runs is still there.") { json };
        command.SetAction(parsed =>
        {
            IReadOnlyList<KernelSpec> found = KernelSpec.Find(JupyterFolders.Here);
            if (parsed.GetValue(json))
            {
                Terminal.WriteJson(found.Select(k => new { k.Name, k.DisplayName, k.Version, k.Folder, k.Command, k.IsRunnable }));
                return CommandRunner.Done;
            }
            if (found.Count == 0) Terminal.Note("The kernel is not installed; 'interp kernel install' does it.");
            foreach (KernelSpec k in found)
                Console.Out.WriteLine($"{k.Name,-12} {k.DisplayName} {k.Version}  {k.Folder}{(k.IsRunnable ? "" : $"  broken: {string.Join(' ', k.Command)} is gone; install it again")}");
            return CommandRunner.Done;
        });
        return command;
    }
}
