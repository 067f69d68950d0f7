using System.CommandLine;
using Interp.Data;

namespace Interp.Cli.Commands;

/// <summary><c>interp train</c>: one model on synthetic data or a text.</summary>
internal static class TrainCommand
{
    private const string Entities = "entities", Segments = "segments";

    public static Command Create()
    {
        Option<DirectoryInfo> output = new("--out") { Description = "The run's folder, new or empty.", HelpName = "DIR", DefaultValueFactory = _ => new DirectoryInfo(Path.Combine("runs", DateTime.Now.ToString("yyyyMMdd-HHmmss", System.Globalization.CultureInfo.InvariantCulture))) };
        Option<string> data = new("--data") { Description = "Synthetic data: Markov text with recurring entities, or random repeated segments.", DefaultValueFactory = _ => Entities };
        data.AcceptOnlyFromAmong(Entities, Segments);
        Option<FileInfo?> corpus = new("--corpus") { Description = "Train on this UTF-8 text instead.", HelpName = "FILE" };
        Option<int> bpe = new("--bpe") { Description = "With --corpus: train a byte-pair encoding of this many ids on it; 0 takes bytes as tokens.", HelpName = "IDS" };
        Option<int> vocabulary = Count("--vocabulary", "With synthetic data: the number of token ids.", 128);
        Option<int> layers = Count("--layers", "Layers.", 2);
        Option<int> dModel = Count("--d-model", "Width of the residual stream.", 64);
        Option<int> heads = Count("--heads", "Attention heads a layer.", 4);
        Option<int> mlp = Count("--mlp", "Width of the MLPs; 0 for an attention-only model.", 0);
        Option<int> context = Count("--context", "Tokens in a row.", 96);
        Option<bool> rotary = new("--rotary") { Description = "Rotary positions instead of learned ones." };
        Option<bool> smeared = new("--smeared") { Description = "Smeared keys: each key mixes in the one before it." };
        Option<bool> noLogitBias = new("--no-logit-bias") { Description = "Leave out the bias on the logits, which no Hugging Face family has: with --mlp the model can be saved as GPT-2 or GPT-NeoX." };
        Option<long> steps = new("--steps") { Description = "Updates.", HelpName = "N", DefaultValueFactory = _ => 1600 };
        Option<int> batch = Count("--batch", "Rows in a batch.", 64);
        Option<float> rate = new("--lr") { Description = "Peak learning rate.", HelpName = "RATE", DefaultValueFactory = _ => 3e-3f };
        Option<int> warmup = Count("--warmup", "Updates of linear warm-up before the cosine.", 100);
        Option<int> snapshots = Count("--snapshots", "Evenly spaced measurements.", 64);
        Option<ulong> seed = SharedOptions.Seed();
        Option<bool> json = SharedOptions.Json();
        Command command = new("train", "Train one transformer and watch for induction heads; writes a run folder that every other command opens.")
        {
            output, data, corpus, bpe, vocabulary, layers, dModel, heads, mlp, context, rotary, smeared, noLogitBias, steps, batch, rate, warmup, snapshots, seed, json,
        };
        command.AddCheck(result =>
        {
            if (result.GetValue(bpe) != 0 && result.GetValue(corpus) is null) result.AddError("--bpe needs a --corpus to train the encoding on.");
            if (result.GetValue(heads) > 0 && result.GetValue(dModel) % result.GetValue(heads) != 0) result.AddError($"--d-model {result.GetValue(dModel)} is not a multiple of --heads {result.GetValue(heads)}.");
        });
        command.SetAction((parsed, cancel) =>
        {
            FileInfo? text = parsed.GetValue(corpus);
            DataRecipe recipe = text is not null
                ? CorpusText.From(text.FullName, parsed.GetValue(bpe))
                : parsed.GetValue(data) == Segments
                    ? new RepeatedSegments { Vocabulary = parsed.GetValue(vocabulary) }
                    : new EntityText { Vocabulary = parsed.GetValue(vocabulary) };
            TrainingConfig config = new()
            {
                Model = new TransformerConfig
                {
                    Layers = parsed.GetValue(layers),
                    DModel = parsed.GetValue(dModel),
                    Heads = parsed.GetValue(heads),
                    DHead = parsed.GetValue(dModel) / parsed.GetValue(heads),
                    DMlp = parsed.GetValue(mlp),
                    Context = parsed.GetValue(context),
                    // The run asks its data: a byte-pair encoding may come out smaller than asked for.
                    Vocabulary = 0,
                    Positions = parsed.GetValue(rotary) ? PositionKind.Rotary : PositionKind.Learned,
                    SmearedKeys = parsed.GetValue(smeared),
                    UnembedBias = !parsed.GetValue(noLogitBias),
                },
                Data = recipe,
                Seed = parsed.GetValue(seed),
                Steps = parsed.GetValue(steps),
                Batch = parsed.GetValue(batch),
                LearningRate = new LearningRateSchedule { Peak = parsed.GetValue(rate), WarmupSteps = parsed.GetValue(warmup) },
                Snapshots = new SnapshotSchedule { Even = parsed.GetValue(snapshots) },
            };
            using TrainingRun run = TrainingRun.Create(parsed.GetRequiredValue(output).FullName, config);
            Terminal.Note($"run folder {run.Folder}");
            return Task.FromResult(TrainingSession.Train(run, parsed.GetValue(json), cancel));
        });
        return command;
    }

    private static Option<int> Count(string name, string description, int value)
    {
        Option<int> option = new(name) { Description = description, HelpName = "N", DefaultValueFactory = _ => value };
        int least = name is "--mlp" or "--warmup" ? 0 : 1;
        option.Validators.Add(result =>
        {
            if (result.Errors.Any() || result.GetValueOrDefault<int>() >= least) return;
            result.AddError($"{name} takes a whole number from {least}.");
        });
        return option;
    }
}
