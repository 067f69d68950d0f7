using System.CommandLine;

namespace Interp.Cli;

/// <summary>The MODEL argument and its two options, the same for every command that opens a model.</summary>
internal sealed class ModelArgument
{
    private readonly Argument<string> _path = new("MODEL")
    {
        Description = "A Hugging Face folder, a TransformerLens state dict, a llama2.c checkpoint, a PyTorch checkpoint, or a training run's folder.",
    };

    private readonly Option<FileInfo?> _names = new("--name-map") { Description = "A JSON file from a checkpoint's own parameter names to TransformerLens's.", HelpName = "FILE" };
    private readonly Option<FileInfo?> _tokenizer = new("--tokenizer") { Description = "A tokenizer file other than the one beside the model.", HelpName = "FILE" };

    public static ModelArgument AddTo(Command command)
    {
        ModelArgument argument = new();
        command.Arguments.Add(argument._path);
        command.Options.Add(argument._names);
        command.Options.Add(argument._tokenizer);
        return argument;
    }

    /// <summary>The model's name on a page: its folder's or file's.</summary>
    public static string Name(ModelFile file) => Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(file.Path)));

    public ModelFile Open(ParseResult parsed)
    {
        ModelFile file = ModelFile.Open(parsed.GetRequiredValue(_path), parsed.GetValue(_names)?.FullName, parsed.GetValue(_tokenizer)?.FullName);
        foreach (string note in file.Notes) Terminal.Note(note);
        return file;
    }
}
