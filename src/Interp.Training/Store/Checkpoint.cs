using System.Globalization;
using Interp.Files;

namespace Interp.Store;

/// <summary>A checkpoint file: the weights under their own names, the optimiser's state under <c>adamw.*</c>, the step in the header.</summary>
internal static class Checkpoint
{
    private const string StepKey = "step";

    public static string FileName(long step) => string.Create(CultureInfo.InvariantCulture, $"step-{step:D7}.safetensors");

    /// <summary>The checkpoints in a folder, by step.</summary>
    public static SortedDictionary<long, string> Find(string folder)
    {
        SortedDictionary<long, string> found = [];
        if (!Directory.Exists(folder)) return found;
        foreach (string file in Directory.EnumerateFiles(folder, "step-*.safetensors"))
        {
            string digits = Path.GetFileNameWithoutExtension(file)["step-".Length..];
            if (long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out long step) && Path.GetFileName(file) == FileName(step))
                found[step] = file;
        }
        return found;
    }

    public static void Save(string folder, Trainer trainer) => SafetensorsFile.Save(
        Path.Combine(folder, FileName(trainer.Step)),
        trainer.Model.Parameters.Concat(trainer.Optimiser.State()),
        new Dictionary<string, string> { [StepKey] = trainer.Step.ToString(CultureInfo.InvariantCulture) });

    public static HookedTransformer LoadModel(string path, TransformerConfig config) =>
        new(config, Tensors(SafetensorsFile.Open(path), optimiser: false));

    public static Trainer Load(string path, long step, TrainingConfig config, Data.ITokenSource data)
    {
        try
        {
            SafetensorsFile file = SafetensorsFile.Open(path);
            if (!file.Metadata.TryGetValue(StepKey, out string? written) || written != step.ToString(CultureInfo.InvariantCulture))
                throw new TrainingRunException($"{path} is a checkpoint of step {written ?? "?"}, not {step}: it has been renamed. {Advice}");
            HookedTransformer model = new(config.Model, Tensors(file, optimiser: false));
            return new Trainer(config, data, model, step, Tensors(file, optimiser: true));
        }
        catch (Exception e) when (e is ModelFileException or ArgumentException)
        {
            throw new TrainingRunException($"{path} cannot be resumed from: {e.Message} {Advice}", e);
        }
    }

    private const string Advice = "Move it out of the folder to resume from the checkpoint before it.";

    // Copies: a mapped file could not be replaced or deleted on every system while the run goes on.
    private static Dictionary<string, Tensor> Tensors(SafetensorsFile file, bool optimiser) =>
        file.Tensors.Keys.Where(n => n.StartsWith(AdamW.StatePrefix, StringComparison.Ordinal) == optimiser).ToDictionary(n => n, n => file.Read(n, view: false));
}
