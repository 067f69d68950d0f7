using System.CommandLine;
using System.Globalization;

namespace Interp.Cli;

/// <summary>Heads on the command line: <c>LAYER.HEAD</c>, such as <c>5.1</c>.</summary>
internal static class HeadOption
{
    public static Option<HeadId[]> Create(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "LAYER.HEAD",
        AllowMultipleArgumentsPerToken = true,
        DefaultValueFactory = _ => [],
        CustomParser = result =>
        {
            List<HeadId> heads = [];
            foreach (System.CommandLine.Parsing.Token token in result.Tokens)
            {
                string[] parts = token.Value.Split('.');
                if (parts.Length == 2 && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out int layer)
                    && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int head))
                {
                    heads.Add((layer, head));
                }
                else
                {
                    result.AddError($"{name} takes heads as LAYER.HEAD, such as 5.1, not '{token.Value}'.");
                }
            }
            return [.. heads];
        },
    };

    /// <summary>Throws for a head that the model lacks.</summary>
    public static void Check(IEnumerable<HeadId> heads, TransformerConfig config)
    {
        foreach (HeadId head in heads)
            if (head.Layer >= config.Layers || head.Head >= config.Heads)
                throw new UsageException($"There is no head {head}: the model has {config.Layers} layers of {config.Heads} heads, both counted from 0.");
    }
}
