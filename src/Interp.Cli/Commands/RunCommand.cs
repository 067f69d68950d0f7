using System.CommandLine;
using Interp.Files;

namespace Interp.Cli.Commands;

/// <summary><c>interp run</c>: logits and chosen activations to a safetensors file.</summary>
internal static class RunCommand
{
    public static Command Create()
    {
        Option<int?> pad = new("--pad") { Description = "Fill short rows with this token id, on the right.", HelpName = "ID" };
        Option<string[]> save = new("--save") { Description = "Activations to keep: hook names or globs, such as 'blocks.*.attn.hook_pattern' or '*'.", HelpName = "GLOB", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [] };
        Option<FileInfo> output = new("--out") { Description = "The safetensors file to write: 'logits' and each activation under its hook name.", HelpName = "FILE", Required = true };
        Option<bool> json = SharedOptions.Json();
        Command command = new("run", "Run a model on tokens or a text, and save logits and activations.") { pad, save, output, json };
        PromptOptions prompt = PromptOptions.AddTo(command);
        ModelArgument model = ModelArgument.AddTo(command);
        command.SetAction(parsed =>
        {
            ModelFile file = model.Open(parsed);
            Tokens rows = prompt.Read(parsed, file, parsed.GetValue(pad));
            (Tensor logits, ActivationCache cache) = file.Model.RunWithCache(rows, parsed.GetValue(save)!);
            string target = parsed.GetRequiredValue(output).FullName;
            KeyValuePair<string, Tensor>[] saved = [new("logits", logits), .. cache.Names.Select(name => new KeyValuePair<string, Tensor>(name, cache[name]))];
            SafetensorsFile.Save(target, saved);
            if (parsed.GetValue(json))
                Terminal.WriteJson(new { Model = file.Path, Out = target, Tensors = saved.ToDictionary(t => t.Key, t => t.Value.Shape.ToArray()) });
            else
                foreach ((string name, Tensor tensor) in saved) Console.Out.WriteLine($"{name,-40} [{string.Join(", ", tensor.Shape.ToArray())}]");
            return CommandRunner.Done;
        });
        return command;
    }
}
