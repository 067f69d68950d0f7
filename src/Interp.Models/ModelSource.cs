using Interp.Files;
using Interp.Tokenizers;

namespace Interp;

/// <summary>Where a model comes from: all that is needed to make it, checked but not yet read.</summary>
internal sealed class ModelSource
{
    private readonly WeightMap _map;
    private readonly string _prefix;

    /// <param name="kind">What the files are, for people.</param>
    /// <param name="config">The model.</param>
    /// <param name="weights">The tensors.</param>
    /// <param name="rules">Which tensor holds which parameter.</param>
    /// <param name="ignored">Tensors that are no parameters.</param>
    /// <param name="zeros">Parameters without a tensor.</param>
    /// <param name="prefix">What the tensors' names may have in front.</param>
    /// <exception cref="ModelFileException">The rules do not fit the model.</exception>
    public ModelSource(string kind, TransformerConfig config, IWeightFile weights, Func<TransformerConfig, IEnumerable<WeightRule>> rules,
        IReadOnlyList<string> ignored, IReadOnlyList<string>? zeros = null, string prefix = "")
    {
        (Kind, Config, Weights, _prefix) = (kind, config, weights, prefix);
        // Each layer has tensors of its own: a larger number is wrong, and would cost memory before that is found.
        if (config.Layers > weights.Tensors.Count)
            throw new ModelFileException(weights.Path, $"the configuration has {config.Layers} layers, but there are only {weights.Tensors.Count} tensors.");
        try
        {
            _map = new WeightMap(config, rules(config), ignored, zeros);
        }
        catch (FormatException e)
        {
            throw new ModelFileException(weights.Path, e.Message, e);
        }
    }

    public string Kind { get; }

    public TransformerConfig Config { get; }

    public IWeightFile Weights { get; }

    public ITokenizer? Tokenizer { get; init; }

    /// <summary>Reads the parameters and makes the model.</summary>
    public HookedTransformer Load() => new(Config, _map.Load(Weights, _prefix));
}
