using Interp.Files;
using Interp.Tests.Shared;

namespace Interp.Models.Tests;

/// <summary>A folder with a model and reference numbers for it: config.json, weights, acts and, where there is one, processed.</summary>
public sealed class Fixture
{
    private readonly SafetensorsFile _acts;

    public Fixture(string name)
    {
        string folder = Folders().First(f => Path.GetFileName(f) == name);
        Config = TransformerLensConfig.Read(Path.Combine(folder, "config.json"));
        Weights = All(SafetensorsFile.Open(Path.Combine(folder, "weights.safetensors")));
        _acts = SafetensorsFile.Open(Path.Combine(folder, "acts.safetensors"));
        string processed = Path.Combine(folder, "processed.safetensors");
        Processed = File.Exists(processed) ? All(SafetensorsFile.Open(processed)) : null;
        Tokens = TokensOf("tokens");
        Model = new HookedTransformer(Config, Weights);
    }

    public TransformerConfig Config { get; }

    public IReadOnlyDictionary<string, Tensor> Weights { get; }

    public IReadOnlyDictionary<string, Tensor>? Processed { get; }

    public Tokens Tokens { get; }

    public HookedTransformer Model { get; }

    /// <summary>The names of the references.</summary>
    public IEnumerable<string> Names => _acts.Tensors.Keys;

    public Tensor this[string name] => _acts.Read(name);

    /// <summary>The reference in float64 where the folder has it (read as float32), else as it is.</summary>
    public Tensor Best(string name) => _acts.Tensors.ContainsKey(name + "_f64") ? this[name + "_f64"] : this[name];

    /// <summary>What follows a prefix in the names of the references: <c>grad.</c> → the points that have gradients.</summary>
    public string[] After(string prefix) => [.. Names.Where(n => n.StartsWith(prefix, StringComparison.Ordinal)).Select(n => n[prefix.Length..])];

    public Tokens TokensOf(string name)
    {
        Tensor ids = this[name];
        return new Tokens([.. ids.Span.ToArray().Select(id => (int)id)], ids.Shape[0], ids.Shape[1]);
    }

    /// <summary>Every folder of references: the small ones beside these tests, and the shared ones where they are there.</summary>
    public static TheoryData<string> AllNames() => [.. Folders().Select(f => Path.GetFileName(f))];

    private static IEnumerable<string> Folders()
    {
        string own = Path.Combine(Optional.RepositoryRoot, "tests", "Interp.Models.Tests", "fixtures");
        string shared = Path.Combine(Optional.RepositoryRoot, "..", "shared", "fixtures");
        return Directory.GetDirectories(own)
            .Concat(Directory.Exists(shared) ? Directory.GetDirectories(shared) : [])
            .Where(folder => File.Exists(Path.Combine(folder, "acts.safetensors")) && File.Exists(Path.Combine(folder, "config.json")))
            .Order();
    }

    private static Dictionary<string, Tensor> All(SafetensorsFile file) => file.Tensors.Keys.ToDictionary(name => name, file.Read);
}
