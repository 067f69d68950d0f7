using System.CommandLine;
using Interp.Notebook.Install;

namespace Interp.Cli.Commands;

/// <summary><c>interp kernel install</c>: registers this installation of the tool as a Jupyter kernel.</summary>
internal static class KernelInstallCommand
{
    public static Command Create()
    {
        Option<string> displayName = new("--display-name") { Description = "What clients show.", HelpName = "TEXT", DefaultValueFactory = _ => KernelSpec.DefaultDisplayName };
        Option<bool> copy = new("--copy") { Description = "Copy the tool to the user's data folder and let the kernel run from there, so that it outlives the build or folder it was started from." };
        Option<bool> json = SharedOptions.Json();
        Command command = new("install", "Register the kernel, so that VS Code, JupyterLab, classic Jupyter and nbconvert offer it. No Python is needed.") { displayName, copy, json };
        KernelTarget target = KernelTarget.AddTo(command);
        command.SetAction(parsed =>
        {
            string folder = target.Folder(parsed);
            KernelSpec.RefuseForeign(folder);
            Installation tool = Installation.Current();
            if (parsed.GetValue(copy))
                tool = tool.CopyTo(KernelCopies.Of(folder));
            else if (tool.IsBuildOutput)
                Terminal.Note($"The kernel will run from a build folder, {tool.Folder}, which a clean deletes; with --copy it runs from a copy of its own.");
            KernelSpec spec = KernelSpec.Write(folder, parsed.GetRequiredValue(displayName), tool);
            if (parsed.GetValue(json)) Terminal.WriteJson(new { spec.Name, spec.DisplayName, spec.Folder, spec.Command });
            else Console.Out.WriteLine($"{spec.DisplayName} is installed in {spec.Folder} and runs {string.Join(' ', spec.Command)}");
            return CommandRunner.Done;
        });
        return command;
    }
}
