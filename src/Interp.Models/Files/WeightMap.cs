namespace Interp.Files;

/// <summary>The way between the tensors of a file and the parameters of a model: rules, and what in a file is no parameter.</summary>
internal sealed class WeightMap
{
    private readonly TransformerConfig _config;
    private readonly List<Step> _steps = [];
    private readonly Dictionary<string, int[]> _shapes;
    private readonly IReadOnlyList<string> _ignored;
    private readonly HashSet<string> _zeros;

    /// <param name="config">The model.</param>
    /// <param name="rules">Together they give every parameter of the model once.</param>
    /// <param name="ignored">Names of tensors that are no parameters (masks, tables); <c>{l}</c> stands for every layer, a <c>*</c> at the end for anything.</param>
    /// <param name="zeros">Parameters that no tensor gives: they are 0.</param>
    /// <exception cref="FormatException">A rule contradicts itself, or the rules miss a parameter, give one twice, or give one that the model lacks.</exception>
    public WeightMap(TransformerConfig config, IEnumerable<WeightRule> rules, IReadOnlyList<string> ignored, IReadOnlyList<string>? zeros = null)
    {
        (_config, _ignored) = (config, ignored);
        _shapes = ParameterShape.Of(config).ToDictionary(p => p.Name, p => p.Shape);
        _zeros = [.. (zeros ?? []).SelectMany(Expand)];
        HashSet<string> given = [.. _zeros];
        if (_zeros.FirstOrDefault(name => !_shapes.ContainsKey(name)) is string unknown) throw new FormatException($"'{unknown}' is to be zeros, but this model does not have it.");
        foreach (WeightRule rule in rules)
        {
            foreach (string layer in Layers(rule.Source + string.Concat(rule.Targets)))
            {
                Step step = MakeStep(rule, layer);
                foreach (string target in step.Targets)
                    if (!given.Add(target)) throw new FormatException($"two tensors are mapped to the parameter {target}.");
                _steps.Add(step);
            }
        }
        if (_shapes.Keys.FirstOrDefault(name => !given.Contains(name)) is string missing)
            throw new FormatException($"no tensor is mapped to the parameter {missing} [{string.Join(", ", _shapes[missing])}].");
    }

    /// <summary>The parameters that a file holds.</summary>
    /// <param name="file">The file.</param>
    /// <param name="prefix">What its names may have in front of the rules' names ("transformer."): all have it, or none.</param>
    /// <exception cref="ModelFileException">A tensor is missing, misshaped or unknown.</exception>
    public Dictionary<string, Tensor> Load(IWeightFile file, string prefix = "")
    {
        bool prefixed = prefix.Length > 0 && file.Tensors.Keys.Any(name => name.StartsWith(prefix, StringComparison.Ordinal));
        string NameOf(string source) => prefixed && !file.Tensors.ContainsKey(source) ? prefix + source : source;
        Check(file, NameOf);
        Dictionary<string, Tensor> parameters = [];
        foreach (Step step in _steps) Load(file, NameOf(step.Source), step, parameters);
        foreach (string name in _zeros) parameters.Add(name, Tensor.Zeros(_shapes[name]).Keep());
        return parameters;
    }

    /// <summary>The tensors of a file for a model's parameters, in the order of the rules.</summary>
    public IEnumerable<KeyValuePair<string, Tensor>> Store(IReadOnlyDictionary<string, Tensor> parameters, Func<string, string> nameOf)
    {
        using Autograd.NoGradScope noGrad = Autograd.NoGrad();
        foreach (Step step in _steps)
        {
            Tensor target = step.Targets.Count == 1
                ? parameters[step.Targets[0]]
                : Ops.Concat(0, [.. step.Targets.Select(name => parameters[name].Reshape([1, .. parameters[name].Shape]))]);
            yield return KeyValuePair.Create(nameOf(step.Source), step.How?.Undo(target) ?? target);
        }
    }

    private static void Load(IWeightFile file, string source, Step step, Dictionary<string, Tensor> parameters)
    {
        using Autograd.NoGradScope noGrad = Autograd.NoGrad();
        Tensor whole;
        if (step.How is not { KeepsOrder: false } how)
        {
            whole = file.Read(source);
            if (step.How is not null) whole = step.How.Apply(whole);
        }
        else
        {
            // The tensor as it is in the file is needed for a moment only.
            using TensorScope scope = TensorScope.Begin();
            whole = how.Apply(file.Read(source, view: false)).Keep();
        }
        if (step.Targets.Count == 1) parameters.Add(step.Targets[0], whole);
        else
            for (int i = 0; i < step.Targets.Count; i++) parameters.Add(step.Targets[i], whole.Select(i));
    }

    private void Check(IWeightFile file, Func<string, string> nameOf)
    {
        HashSet<string> known = [];
        foreach (Step step in _steps)
        {
            string name = nameOf(step.Source);
            known.Add(name);
            string expected = $"[{string.Join(", ", step.SourceShape)}]";
            string purpose = $"{string.Join(", ", step.Targets)}{(step.How is null ? "" : $", {step.How}")}";
            if (!file.Tensors.TryGetValue(name, out TensorEntry? entry))
                throw new ModelFileException(file.Path, $"the tensor '{name}' {expected} is missing (for {purpose}). Close: {string.Join(", ", Closest.To(name, file.Tensors.Keys.Take(4096), 3))}.");
            if (!entry.Shape.SequenceEqual(step.SourceShape))
                throw new ModelFileException(entry.File, $"{entry} should have the shape {expected} (for {purpose}).");
        }
        string[] ignored = [.. _ignored.SelectMany(Expand).Select(nameOf)];
        string[] starts = [.. ignored.Where(name => name.EndsWith('*')).Select(name => name[..^1])];
        known.UnionWith(ignored);
        foreach ((string name, TensorEntry entry) in file.Tensors)
            if (!known.Contains(name) && !starts.Any(start => name.StartsWith(start, StringComparison.Ordinal))) throw new ModelFileException(entry.File, $"{entry} has no place in this model.");
    }

    private Step MakeStep(WeightRule rule, string layer)
    {
        string[] targets = [.. rule.Targets.Select(name => name.Replace("{l}", layer, StringComparison.Ordinal))];
        string source = rule.Source.Replace("{l}", layer, StringComparison.Ordinal);
        Rearrangement? how = rule.Pattern is null ? null : new Rearrangement(rule.Pattern, _config);
        foreach (string target in targets)
        {
            if (!_shapes.TryGetValue(target, out int[]? shape))
                throw new FormatException($"the tensor '{source}' is mapped to '{target}', which this model does not have. Close: {string.Join(", ", Closest.To(target, _shapes.Keys, 3))}.");
            int[] all = targets.Length == 1 ? shape : [targets.Length, .. shape];
            if (how is not null && !how.TargetShape.SequenceEqual(all))
                throw new FormatException($"the pattern '{how}' gives [{string.Join(", ", how.TargetShape.ToArray())}], but {string.Join(", ", targets)} need [{string.Join(", ", all)}].");
        }
        if (how is null && targets.Length != 1) throw new FormatException($"the tensor '{source}' is mapped to {targets.Length} parameters without a pattern.");
        return new Step(source, how, targets, how is null ? _shapes[targets[0]] : how.SourceShape.ToArray());
    }

    private IEnumerable<string> Expand(string name) => Layers(name).Select(layer => name.Replace("{l}", layer, StringComparison.Ordinal));

    private IEnumerable<string> Layers(string names) => names.Contains("{l}", StringComparison.Ordinal)
        ? Enumerable.Range(0, _config.Layers).Select(l => l.ToString(System.Globalization.CultureInfo.InvariantCulture)) : [""];

    /// <summary>A rule for one layer.</summary>
    private sealed record Step(string Source, Rearrangement? How, IReadOnlyList<string> Targets, int[] SourceShape);
}
