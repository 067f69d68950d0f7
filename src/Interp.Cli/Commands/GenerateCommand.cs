using System.CommandLine;
using System.Diagnostics;
using System.Globalization;

namespace Interp.Cli.Commands;

/// <summary><c>interp generate</c>: continues a text.</summary>
internal static class GenerateCommand
{
    public static Command Create()
    {
        Option<string> prompt = new("--prompt") { Description = "The text to continue.", HelpName = "TEXT", DefaultValueFactory = _ => "" };
        Option<FileInfo?> tokens = new("--tokens") { Description = "Token ids to continue instead: a JSON array of one row.", HelpName = "FILE" };
        Option<int> count = new("--max") { Description = "The most tokens to add.", HelpName = "N", DefaultValueFactory = _ => 100 };
        Option<double> temperature = new("--temperature") { Description = "0 always takes the likeliest token.", HelpName = "T", DefaultValueFactory = _ => 0 };
        Option<int> topK = new("--top-k") { Description = "Draw from the K likeliest tokens; 0: from all.", HelpName = "K" };
        Option<double> topP = new("--top-p") { Description = "Draw from the fewest tokens that reach this probability together.", HelpName = "P", DefaultValueFactory = _ => 1 };
        Option<ulong> seed = SharedOptions.Seed();
        Option<bool> json = SharedOptions.Json();
        Command command = new("generate", "Continue a text with a model.") { prompt, tokens, count, temperature, topK, topP, seed, json };
        ModelArgument model = ModelArgument.AddTo(command);
        command.SetAction((parsed, cancel) =>
        {
            Sampler sampler = new() { Temperature = parsed.GetValue(temperature), TopK = parsed.GetValue(topK), TopP = parsed.GetValue(topP), Seed = parsed.GetValue(seed) };
            if (!(sampler.Temperature >= 0) || sampler.TopK < 0 || !(sampler.TopP is > 0 and <= 1))
                throw new UsageException("--temperature takes a number from 0, --top-k a whole number from 0, --top-p a probability above 0 and at most 1.");
            ModelFile file = model.Open(parsed);
            int[] start = parsed.GetValue(tokens) is { } ids ? Row(Prompt.Read(ids.FullName, pad: null)) : Prompt.Encode(file, parsed.GetValue(prompt)!);
            return Task.FromResult(Run(file, start, parsed.GetValue(count), sampler, parsed.GetValue(json), cancel));
        });
        return command;
    }

    private static int Run(ModelFile file, int[] start, int count, Sampler sampler, bool json, CancellationToken cancel)
    {
        Stopwatch clock = Stopwatch.StartNew();
        List<int> all = [.. start];
        string shown = "";
        foreach (int[] next in file.Model.Stream(start, sampler).Take(count))
        {
            cancel.ThrowIfCancellationRequested();
            if (next[0] == (file.Tokenizer?.EosToken ?? file.Model.Config.EosToken)) break;
            all.Add(next[0]);
            if (json) continue;
            if (file.Tokenizer is null)
            {
                Console.Out.Write($"{next[0]} ");
                continue;
            }
            // A character may take several tokens: what is not whole yet is shown with the next one.
            string text = file.Tokenizer.Decode(all.ToArray());
            if (text.EndsWith('\uFFFD')) continue;
            Console.Out.Write(text.StartsWith(shown, StringComparison.Ordinal) ? text[shown.Length..] : "");
            shown = text;
        }
        double seconds = clock.Elapsed.TotalSeconds;
        if (json)
            Terminal.WriteJson(new { Model = file.Path, Tokens = all, Prompt = start.Length, Text = file.Tokenizer?.Decode(all.ToArray()), Seconds = seconds });
        else
            Console.Out.WriteLine();
        Terminal.Note(string.Create(CultureInfo.InvariantCulture, $"{all.Count - start.Length} tokens in {seconds:F2} s, {(all.Count - start.Length) / seconds:F0} tokens/s"));
        return CommandRunner.Done;
    }

    private static int[] Row(Tokens tokens) =>
        tokens.Batch == 1 ? tokens.Row(0).ToArray() : throw new UsageException($"generate continues one row; the file has {tokens.Batch}.");
}
