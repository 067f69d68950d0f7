using System.CommandLine;

namespace Interp.Cli.Commands;

/// <summary><c>interp info</c>: what a model file is.</summary>
internal static class InfoCommand
{
    public static Command Create()
    {
        Option<bool> tensors = new("--tensors") { Description = "List every parameter with its shape." };
        Option<bool> hooks = new("--hooks") { Description = "List every hook point with its axes." };
        Option<bool> json = SharedOptions.Json();
        Command command = new("info", "Say what a model file is: its family, shape, tokenizer, parameters and hook points.") { tensors, hooks, json };
        ModelArgument model = ModelArgument.AddTo(command);
        command.SetAction(parsed =>
        {
            ModelFile file = model.Open(parsed);
            IReadOnlyList<HookPoint> points = HookPoint.Of(file.Model.Config);
            if (parsed.GetValue(json))
            {
                Terminal.WriteJson(new
                {
                    Model = file.Path,
                    file.Kind,
                    Parameters = file.Model.Parameters.Sum(p => (long)p.Value.Length),
                    file.Model.Config,
                    Tokenizer = file.Tokenizer is { } t ? new { t.Vocabulary, t.BosToken, t.EosToken, t.PrependsBos } : null,
                    file.Notes,
                    Tensors = file.Model.Parameters.ToDictionary(p => p.Key, p => p.Value.Shape.ToArray()),
                    Hooks = points.ToDictionary(p => p.Name, p => p.Axes),
                });
                return CommandRunner.Done;
            }
            Console.Out.WriteLine(file.Description);
            Console.Out.WriteLine(file.Tokenizer is { } tokenizer ? $"tokenizer: {tokenizer.Vocabulary} ids{(tokenizer.BosToken is { } bos ? $", BOS {bos}" : "")}{(tokenizer.EosToken is { } eos ? $", EOS {eos}" : "")}" : "tokenizer: none");
            if (parsed.GetValue(tensors))
                foreach ((string name, Tensor tensor) in file.Model.Parameters) Console.Out.WriteLine($"{name,-32} [{string.Join(", ", tensor.Shape.ToArray())}]");
            if (parsed.GetValue(hooks))
                foreach (HookPoint point in points) Console.Out.WriteLine($"{point.Name,-40} [{point.Axes.Replace(" ", ", ", StringComparison.Ordinal)}]{(point.OnDemand ? "  on demand" : "")}");
            return CommandRunner.Done;
        });
        return command;
    }
}
