using System.CommandLine;

namespace Interp.Cli;

/// <summary>What both kinds of patching take: the clean and the corrupted tokens, and the component.</summary>
internal sealed class PatchOptions
{
    private readonly PromptOptions _clean, _corrupt;
    private readonly Option<PatchComponent> _component;
    private readonly Option<bool> _byPosition = new("--by-position") { Description = "For heads: one position at a time rather than all." };

    private PatchOptions(Command command, PromptOptions clean, PatchComponent component, bool required)
    {
        _clean = clean;
        _corrupt = PromptOptions.AddCorruptedTo(command, required);
        _component = SharedOptions.Choice("--component", "What is patched.", component);
        command.Options.Add(_component);
        command.Options.Add(_byPosition);
    }

    public static PatchOptions AddTo(Command command, PromptOptions clean, PatchComponent component, bool required) => new(command, clean, component, required);

    /// <summary>True where there are corrupted tokens.</summary>
    public bool IsGiven(ParseResult parsed) => _corrupt.IsGiven(parsed);

    /// <summary>Clean and corrupted tokens of one shape, and the component.</summary>
    public (Tokens Clean, Tokens Corrupt, PatchComponent Component, bool ByPosition) Read(ParseResult parsed, ModelFile file)
    {
        Tokens clean = _clean.Read(parsed, file), corrupt = _corrupt.Read(parsed, file);
        if (clean.Batch != corrupt.Batch || clean.Positions != corrupt.Positions)
        {
            throw new UsageException(
                $"Patching goes position by position, so clean and corrupted tokens need one shape: [{clean.Batch}, {clean.Positions}] and [{corrupt.Batch}, {corrupt.Positions}] differ.{Split(file, clean)}{Split(file, corrupt)}");
        }
        PatchComponent component = parsed.GetValue(_component);
        TransformerConfig config = file.Model.Config;
        if ((component == PatchComponent.MlpOut && config.AttentionOnly) || (component == PatchComponent.ResidMid && (config.AttentionOnly || config.ParallelBlocks)))
            throw new UsageException($"This model's blocks have no {Terminal.KebabCase(component)}: they are {(config.AttentionOnly ? "attention only" : "parallel")}.");
        return (clean, corrupt, component, parsed.GetValue(_byPosition));
    }

    // Where two texts differ in length, their tokens show what to change.
    private static string Split(ModelFile file, Tokens tokens) =>
        file.Tokenizer is null || tokens.Batch > 1 ? "" : $"\n  {string.Join('|', file.TokenTexts(tokens))}";
}
