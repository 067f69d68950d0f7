using System.CommandLine;

namespace Interp.Cli;

/// <summary>The two ways to say what a model runs on, a text or a file of token ids, the same for every command.</summary>
internal sealed class PromptOptions
{
    private readonly Option<string?> _text;
    private readonly Option<FileInfo?> _file;

    private PromptOptions(Command command, string text, string file, string textHelp, string fileHelp, bool required)
    {
        _text = new(text) { Description = textHelp, HelpName = "TEXT" };
        _file = new(file) { Description = fileHelp, HelpName = "FILE" };
        command.Options.Add(_text);
        command.Options.Add(_file);
        command.AddCheck(result =>
        {
            (bool hasText, bool hasFile) = (result.GetValue(_text) is not null, result.GetValue(_file) is not null);
            if ((hasText && hasFile) || (required && !hasText && !hasFile)) result.AddError($"Give either {text} TEXT or {file} FILE.");
        });
    }

    /// <summary>--prompt TEXT or --tokens FILE.</summary>
    public static PromptOptions AddTo(Command command, bool required = true) => new(
        command, "--prompt", "--tokens", "A text, where the model has a tokenizer.", "A JSON array of rows of token ids instead.", required);

    /// <summary>--corrupt TEXT or --corrupt-tokens FILE.</summary>
    public static PromptOptions AddCorruptedTo(Command command, bool required) => new(
        command, "--corrupt", "--corrupt-tokens", "The corrupted text: as many tokens as the clean one.", "The corrupted rows of token ids, of the same shape.", required);

    /// <summary>True where the command line has one of the two.</summary>
    public bool IsGiven(ParseResult parsed) => parsed.GetValue(_text) is not null || parsed.GetValue(_file) is not null;

    /// <summary>The tokens [batch, position]; rows of different lengths need a padding id.</summary>
    public Tokens Read(ParseResult parsed, ModelFile file, int? pad = null)
    {
        Tokens tokens = parsed.GetValue(_file) is { } path ? Prompt.Read(path.FullName, pad) : Prompt.Encode(file, parsed.GetValue(_text)!);
        foreach (int id in tokens.Ids)
            if ((uint)id >= (uint)file.Model.Config.Vocabulary)
                throw new UsageException($"Token id {id} is not in the model's vocabulary of {file.Model.Config.Vocabulary}.");
        if (tokens.Positions > file.Model.Config.Context)
            throw new UsageException($"{tokens.Positions} tokens are more than the model's context of {file.Model.Config.Context}.");
        return tokens;
    }

    /// <summary>What the tokens are called in results: the text on one line, or the file's name.</summary>
    public string Name(ParseResult parsed) => parsed.GetValue(_file)?.Name ?? parsed.GetValue(_text)!.ReplaceLineEndings(" ");
}
