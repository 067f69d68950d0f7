using Interp.Data;

namespace Interp.Training.Tests;

/// <summary>A run that takes a fraction of a second, and its folder.</summary>
internal static class SmallRun
{
    public static TrainingConfig Config { get; } = new()
    {
        Model = new TransformerConfig { Layers = 2, DModel = 16, Heads = 2, DHead = 8, Vocabulary = 32, Context = 32 },
        Data = new EntityText { Vocabulary = 32, MinEntityLength = 4, MaxEntityLength = 6 },
        Seed = 11,
        Steps = 40,
        Batch = 8,
        LearningRate = new LearningRateSchedule { Peak = 1e-2f, WarmupSteps = 5 },
        Snapshots = new SnapshotSchedule { Even = 4, EarlyPowers = false },
        Evaluation = new EvaluationOptions { Examples = 16, AblationExamples = 8, RepeatedSequences = 10 },
        CheckpointEvery = 5,
    };

    /// <summary>The bytes of every checkpoint and every row of the metrics: what two runs with the same config must agree on.</summary>
    public static IReadOnlyList<string> Content(string folder)
    {
        using TrainingRun run = TrainingRun.Open(folder);
        List<string> content = [.. run.Steps().Select(s => s.ToString())];
        foreach (Snapshot s in run.Snapshots())
        {
            content.Add($"{s.Step} {s.Tokens} {s.Loss:R} {s.InContextScore:R} {s.AblationBaseline:R} {Bits(s.LossByIndex)} {Bits(s.TokenLosses)}");
            content.AddRange(s.Heads.Select(h => $"{h with { AblatedTokenLosses = [] }} {Bits(h.AblatedTokenLosses)}"));
        }
        foreach (string file in Directory.GetFiles(Path.Combine(folder, "checkpoints")).Order(StringComparer.Ordinal))
            content.Add($"{Path.GetFileName(file)} {Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(file)))}");
        return content;

        static string Bits(float[] values) => Convert.ToHexString(System.Runtime.InteropServices.MemoryMarshal.AsBytes(values.AsSpan()));
    }
}
