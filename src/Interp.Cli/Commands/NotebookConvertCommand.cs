using System.CommandLine;
using Interp.Notebook.Documents;

namespace Interp.Cli.Commands;

/// <summary><c>interp notebook convert</c>: another format, without running anything.</summary>
internal static class NotebookConvertCommand
{
    public static Command Create()
    {
        Argument<FileInfo> notebook = new("NOTEBOOK") { Description = "An .ipynb or .dib file." };
        Option<FileInfo> output = new("--out") { Description = "The file to write: .html (a page to read), .ipynb, or .dib (without outputs).", HelpName = "FILE", Required = true };
        Command command = new("convert", "Write a notebook as a page or in another notebook format, with the outputs that it has.") { notebook, output };
        output.Validators.Add(NotebookRunCommand.CheckEnding);
        command.SetAction(parsed =>
        {
            NotebookDocument.Open(parsed.GetRequiredValue(notebook).FullName).Save(parsed.GetRequiredValue(output).FullName);
            return CommandRunner.Done;
        });
        return command;
    }
}
