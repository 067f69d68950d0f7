using System.CommandLine;
using System.Numerics.Tensors;

namespace Interp.Cli;

/// <summary>The logits that attribution explains.</summary>
/// <param name="Right">A token a row.</param>
/// <param name="Wrong">A token a row that they are compared with; null for the plain logits.</param>
/// <param name="Position">The position that predicts them, from the start.</param>
/// <param name="Description">All that in words.</param>
internal sealed record Answers(int[] Right, int[]? Wrong, int Position, string Description);

/// <summary>--answer, --wrong and --position where the answer may be left to the model.</summary>
internal sealed class AnswerOptions
{
    private readonly Option<string[]> _right = MetricOptions.Token("--answer", "The token whose logit is explained, for all rows or one a row: its text, or id:N. Without it: the likeliest.");
    private readonly Option<string[]> _wrong = MetricOptions.Token("--wrong", "Explain the difference to this token's logit.");
    private readonly Option<int> _position = MetricOptions.PositionOption();

    public static AnswerOptions AddTo(Command command)
    {
        AnswerOptions options = new();
        foreach (Option option in (Option[])[options._right, options._wrong, options._position]) command.Options.Add(option);
        return options;
    }

    /// <summary>The answers for a run's logits [batch, position, vocabulary].</summary>
    public Answers Read(ParseResult parsed, ModelFile file, Tokens tokens, Tensor logits)
    {
        int position = MetricOptions.Position(parsed.GetValue(_position), tokens), vocabulary = logits.Shape[2];
        int[] right = MetricOptions.Rows(file, parsed.GetValue(_right)!, tokens, "--answer"), wrong = MetricOptions.Rows(file, parsed.GetValue(_wrong)!, tokens, "--wrong");
        if (right.Length == 0)
            right = [.. Enumerable.Range(0, tokens.Batch).Select(b => TensorPrimitives.IndexOfMax(logits.Span.Slice(((b * tokens.Positions) + position) * vocabulary, vocabulary)))];
        string names = MetricOptions.Names(file, right);
        return new(right, wrong.Length == 0 ? null : wrong, position, $"logit {names}{(wrong.Length == 0 ? "" : $" - {MetricOptions.Names(file, wrong)}")} at {position}");
    }
}
