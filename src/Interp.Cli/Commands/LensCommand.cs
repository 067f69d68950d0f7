using System.CommandLine;
using System.Globalization;
using System.Numerics.Tensors;

namespace Interp.Cli.Commands;

/// <summary><c>interp lens</c>: the logit lens at every layer.</summary>
internal static class LensCommand
{
    private sealed record Guess(int Token, string Text, double Logit, double Probability);

    public static Command Create()
    {
        Option<int> top = new("--top") { Description = "Tokens to show for each state.", HelpName = "K", DefaultValueFactory = _ => 5 };
        Option<int> position = MetricOptions.PositionOption();
        Option<bool> json = SharedOptions.Json();
        Option<FileInfo?> html = SharedOptions.Html("the likeliest token at every layer and position, and the likeliest continuations");
        Command command = new("lens", "The logit lens: what the model would say if it stopped after each state of the residual stream.") { top, position, json, html };
        PromptOptions prompt = PromptOptions.AddTo(command);
        ModelArgument model = ModelArgument.AddTo(command);
        command.SetAction((parsed, cancel) =>
        {
            int count = parsed.GetValue(top);
            if (count < 1) throw new UsageException("--top takes a whole number from 1.");
            ModelFile file = model.Open(parsed);
            Tokens tokens = prompt.Read(parsed, file);
            if (tokens.Batch > 1) throw new UsageException($"lens reads one row; the file has {tokens.Batch}.");
            int at = MetricOptions.Position(parsed.GetValue(position), tokens);
            using var noGrad = Autograd.NoGrad();
            ActivationCache cache = file.Model.RunWithCache(tokens, ResidualAccessors.Names).Cache;
            (string[] states, Guess[][] guesses) = Read(file, cache, at, count);
            if (parsed.GetValue(html) is { } page)
            {
                Guess[][] best = new Guess[tokens.Positions][];
                for (int p = 0; p < tokens.Positions; p++)
                {
                    cancel.ThrowIfCancellationRequested();
                    best[p] = [.. Read(file, cache, p, 1).Guesses.Select(state => state[0])];
                }
                new FigurePage($"Logit lens of {ModelArgument.Name(file)}")
                    .Add(
                        Plot.LogitLens(states, file.TokenTexts(tokens), [.. best.Select(b => b.Select(g => g.Text).ToArray())], [.. best.Select(b => b.Select(g => g.Probability).ToArray())]),
                        "What the model would say next if it stopped after each state, by position.")
                    .Add(TopLogitsView.Of(file.Model.Run(tokens), tokens.Row(0), file.TokenText, Math.Max(10, count)), "What it does say next: point at a token.")
                    .Save(page.FullName);
            }
            if (parsed.GetValue(json))
            {
                Terminal.WriteJson(new { Model = file.Path, Position = at, Token = file.TokenText(tokens[0, at]), States = states.Select((state, s) => new { State = state, Top = guesses[s] }) });
                return Task.FromResult(CommandRunner.Done);
            }
            Console.Out.WriteLine($"after position {at}, '{file.TokenText(tokens[0, at])}', the {count} likeliest with their probabilities");
            for (int s = 0; s < states.Length; s++)
                Console.Out.WriteLine($"{states[s],-12}{string.Join("  ", guesses[s].Select(g => string.Create(CultureInfo.InvariantCulture, $"'{g.Text}' {g.Probability:P1}")))}");
            return Task.FromResult(CommandRunner.Done);
        });
        return command;
    }

    /// <summary>The likeliest tokens of each state at one position.</summary>
    private static (string[] States, Guess[][] Guesses) Read(ModelFile file, ActivationCache cache, int position, int count)
    {
        using var scope = TensorScope.Begin();
        ResidualParts states = cache.AccumulatedResidual(file.Model, position);
        Tensor logits = LogitLens.Logits(file.Model, states);
        int vocabulary = logits.Shape[^1];
        float[] probabilities = new float[vocabulary];
        Guess[][] guesses = new Guess[states.Labels.Count][];
        for (int s = 0; s < guesses.Length; s++)
        {
            ReadOnlySpan<float> row = logits.Span.Slice(s * vocabulary, vocabulary);
            TensorPrimitives.SoftMax(row, probabilities);
            int[] ids = [.. Enumerable.Range(0, vocabulary)];
            Array.Sort(probabilities.Select(p => -p).ToArray(), ids);
            guesses[s] = new Guess[Math.Min(count, vocabulary)];
            for (int k = 0; k < guesses[s].Length; k++) guesses[s][k] = new(ids[k], file.TokenText(ids[k]), row[ids[k]], probabilities[ids[k]]);
        }
        return ([.. states.Labels], guesses);
    }
}
