namespace Interp.Weights;

/// <summary>Fresh parameters; see <see cref="HookedTransformer(TransformerConfig, ulong)"/>.</summary>
internal static class Initialisation
{
    public static Dictionary<string, Tensor> Draw(TransformerConfig config, ulong seed) =>
        ParameterShape.Of(config).ToDictionary(p => p.Name, p => Draw(p, config, new Rng(seed, StreamOf(p.Name))).Keep());

    private static Tensor Draw(ParameterShape parameter, TransformerConfig config, Rng random)
    {
        string kind = parameter.Name[(parameter.Name.LastIndexOf('.') + 1)..];
        return kind switch
        {
            _ when config.InitializerRange is { } std && kind.Contains("W_", StringComparison.Ordinal) => Tensor.Normal(random, std, parameter.Shape),
            "W_E" or "W_pos" => Tensor.Normal(random, 1, parameter.Shape),
            "W_O" => Tensor.Normal(random, LinearStd(config.Heads * config.DHead), parameter.Shape),
            "W_out" => Tensor.Normal(random, LinearStd(config.DMlp), parameter.Shape),
            "w" => Tensor.Full(1, parameter.Shape),
            _ when kind.Contains("W_", StringComparison.Ordinal) => Tensor.Normal(random, LinearStd(config.DModel), parameter.Shape),
            _ => Tensor.Zeros(parameter.Shape),
        };
    }

    /// <summary>The standard deviation of PyTorch's nn.Linear, whose weights are uniform in ±1/√inputs.</summary>
    private static float LinearStd(int inputs) => (float)(1 / Math.Sqrt(3.0 * inputs));

    /// <summary>A random stream for each name (FNV-1a), so that a model with one parameter more draws the others alike.</summary>
    private static ulong StreamOf(string name) =>
        name.Aggregate(14695981039346656037UL, (hash, letter) => (hash ^ letter) * 1099511628211UL);
}
