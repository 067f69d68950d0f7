using System.CommandLine;

namespace Interp.Cli.Commands;

/// <summary><c>interp convert</c>: any model as a folder that other tools read.</summary>
internal static class ConvertCommand
{
    public static Command Create()
    {
        Option<DirectoryInfo> output = new("--out") { Description = "The folder to write, new or empty.", HelpName = "DIR", Required = true };
        Option<bool> json = SharedOptions.Json();
        Command command = new("convert", "Save a model, a training run's too, in the Hugging Face layout where one of its families can express it, else as a TransformerLens state dict.") { output, json };
        ModelArgument model = ModelArgument.AddTo(command);
        command.SetAction(parsed =>
        {
            string folder = parsed.GetRequiredValue(output).FullName;
            if (File.Exists(folder) || (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any()))
                throw new UsageException($"{folder} is not empty: --out takes a new folder.");
            ModelFile file = model.Open(parsed);
            ModelFile.Save(folder, file.Model, file.Tokenizer);
            if (file.Tokenizer is not null && !ModelFile.CanSave(file.Tokenizer)) Terminal.Note("The tokenizer has no form as tokenizer.json and is not saved: name its file with --tokenizer.");
            ModelFile saved = ModelFile.Open(folder);
            string[] files = [.. Directory.EnumerateFiles(folder).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal)];
            if (parsed.GetValue(json))
                Terminal.WriteJson(new { Model = file.Path, Out = folder, saved.Kind, Files = files });
            else
                Console.Out.WriteLine($"{saved.Description}{Environment.NewLine}{string.Join(", ", files)} in {folder}");
            return CommandRunner.Done;
        });
        return command;
    }
}
