using System.CommandLine;

namespace Interp.Cli;

/// <summary>--metric and what it needs: the answer, the wrong answer, and the position that predicts them.</summary>
internal sealed class MetricOptions
{
    private readonly Option<MetricKind> _metric;
    private readonly Option<string[]> _answers = Token("--answer", "The right next token, for all rows or one a row: its text, or id:N.");
    private readonly Option<string[]> _wrong = Token("--wrong", "The token that its logit is compared with.");
    private readonly Option<int> _position = PositionOption();

    private MetricOptions(Command command, MetricKind value)
    {
        _metric = SharedOptions.Choice("--metric", "What is measured.", value);
        foreach (Option option in (Option[])[_metric, _answers, _wrong, _position]) command.Options.Add(option);
        command.AddCheck(result =>
        {
            if (result.Errors.Any()) return;
            // What is not on the command line has no value yet, not even its default.
            MetricKind metric = result.GetResult(_metric) is null ? value : result.GetValue(_metric);
            bool answer = result.GetValue(_answers) is { Length: > 0 }, wrong = result.GetValue(_wrong) is { Length: > 0 };
            if (metric == MetricKind.LogitDifference && !(answer && wrong)) result.AddError("--metric logit-difference needs --answer TOKEN and --wrong TOKEN.");
            if (metric == MetricKind.Probability && !answer) result.AddError("--metric probability needs --answer TOKEN.");
            if (metric is not (MetricKind.LogitDifference or MetricKind.Probability) && (answer || wrong))
                result.AddError($"--answer and --wrong say nothing to --metric {Terminal.KebabCase(metric)}.");
        });
    }

    public static MetricOptions AddTo(Command command, MetricKind value) => new(command, value);

    /// <summary>The metric for tokens of this shape.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="file">The model.</param>
    /// <param name="clean">The undisturbed tokens, that KL compares with.</param>
    /// <param name="description">What it is, with its tokens and position: tells two logit differences apart.</param>
    public Metric Read(ParseResult parsed, ModelFile file, Tokens clean, out string description)
    {
        MetricKind kind = parsed.GetValue(_metric);
        int position = Position(parsed.GetValue(_position), clean);
        int[] answers = Rows(file, parsed.GetValue(_answers)!, clean, "--answer"), wrong = Rows(file, parsed.GetValue(_wrong)!, clean, "--wrong");
        description = Terminal.KebabCase(kind) + kind switch
        {
            MetricKind.LogitDifference => $" {Names(file, answers)} - {Names(file, wrong)} at {position}",
            MetricKind.Probability => $" {Names(file, answers)} at {position}",
            MetricKind.Kl => $" at {position}",
            _ => "",
        };
        if (kind is MetricKind.Loss && clean.Positions < 2) throw new UsageException("A loss needs 2 tokens or more.");
        if (kind is MetricKind.InContextScore && clean.Positions < 4) throw new UsageException("An in-context score needs 4 tokens or more.");
        return kind switch
        {
            MetricKind.Loss => Metrics.Loss,
            MetricKind.InContextScore => Metrics.InContextScore(),
            MetricKind.LogitDifference => Metrics.LogitDifference(answers, wrong, position),
            MetricKind.Probability => Metrics.Probability(answers, position),
            _ => Metrics.KlToClean(CleanLogits(file.Model, clean), position),
        };
    }

    /// <summary>A position counted from the start.</summary>
    public static int Position(int position, Tokens tokens)
    {
        int p = position < 0 ? position + tokens.Positions : position;
        return (uint)p < (uint)tokens.Positions ? p : throw new UsageException($"There is no position {position}: there are {tokens.Positions} tokens.");
    }

    /// <summary>One token a row from one for all or one a row.</summary>
    public static int[] Rows(ModelFile file, string[] tokens, Tokens rows, string option)
    {
        int[] ids = Array.ConvertAll(tokens, text => TokenArgument.Parse(file, text));
        if (ids.Length == 1) return [.. Enumerable.Repeat(ids[0], rows.Batch)];
        return ids.Length == 0 || ids.Length == rows.Batch ? ids : throw new UsageException($"{option} has {ids.Length} tokens for {rows.Batch} rows: give one for all, or one a row.");
    }

    public static Option<string[]> Token(string name, string description) =>
        new(name) { Description = description, HelpName = "TOKEN", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [] };

    public static Option<int> PositionOption() => new("--position") { Description = "Where logits are read; negative counts from the end.", HelpName = "P", DefaultValueFactory = _ => -1 };

    /// <summary>Answers in words.</summary>
    public static string Names(ModelFile file, int[] ids) => string.Join('/', ids.Distinct().Select(id => $"'{file.TokenText(id)}'"));

    private static Tensor CleanLogits(HookedTransformer model, Tokens clean)
    {
        using var noGrad = Autograd.NoGrad();
        return model.Run(clean);
    }
}
