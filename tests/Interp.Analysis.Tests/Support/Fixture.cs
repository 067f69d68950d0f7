using System.Text.Json;
using Interp.Files;
using Interp.Tests.Shared;

namespace Interp.Analysis.Tests.Support;

/// <summary>A reference model of shared/fixtures: its weights, the peer's numbers, and the tokens they speak of.</summary>
internal sealed class Fixture
{
    private readonly SafetensorsFile _tensors;
    private readonly JsonElement _entries;

    private Fixture(string folder)
    {
        JsonElement json = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "config.json"))).RootElement;
        Name = Path.GetFileName(folder);
        SafetensorsFile weights = SafetensorsFile.Open(Path.Combine(folder, "weights.safetensors"));
        Model = Load(Config(json), weights);
        _tensors = SafetensorsFile.Open(Path.Combine(folder, "analysis.safetensors"));
        _entries = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "analysis.json"))).RootElement;
    }

    public string Name { get; }

    public HookedTransformer Model { get; }

    /// <summary>The names in analysis.json.</summary>
    public IEnumerable<string> Entries => _entries.EnumerateObject().Select(entry => entry.Name);

    public static Fixture Open(string name) => new(Optional.SharedPath($"fixtures/{name}"));

    /// <summary>An entry's numbers, row-major.</summary>
    public double[] Values(string entry) => [.. Flatten(_entries.GetProperty(entry).GetProperty("value"))];

    public Tensor Tensor(string name) => _tensors.Read(name);

    public Tokens Tokens(string name)
    {
        IReadOnlyList<int> shape = _tensors.Tensors[name].Shape;
        int[] ids = [.. _tensors.Read(name).Span.ToArray().Select(x => (int)x)];
        return shape.Count == 1 ? new(ids, 1, ids.Length) : new(ids, shape[0], shape[1]);
    }

    private static IEnumerable<double> Flatten(JsonElement value) =>
        value.ValueKind == JsonValueKind.Array ? value.EnumerateArray().SelectMany(Flatten) : [value.GetDouble()];

    private static HookedTransformer Load(TransformerConfig config, SafetensorsFile weights)
    {
        Dictionary<string, Tensor> parameters = ParameterShape.Of(config).ToDictionary(p => p.Name, p => weights.Read(p.Name));
        return new(config, parameters);
    }

    private static TransformerConfig Config(JsonElement json)
    {
        string norm = json.GetProperty("normalization_type").GetString()!, positions = json.GetProperty("positional_embedding_type").GetString()!;
        int? keyValueHeads = Number("n_key_value_heads");
        string? activation = json.GetProperty("act_fn").GetString();
        return new()
        {
            Layers = Number("n_layers")!.Value,
            DModel = Number("d_model")!.Value,
            Heads = Number("n_heads")!.Value,
            KeyValueHeads = keyValueHeads ?? 0,
            DHead = Number("d_head")!.Value,
            DMlp = json.GetProperty("attn_only").GetBoolean() ? 0 : Number("d_mlp")!.Value,
            Vocabulary = Number("d_vocab")!.Value,
            Context = Number("n_ctx")!.Value,
            Activation = activation switch { "gelu_new" => Activation.GeluTanh, "gelu" => Activation.Gelu, "silu" => Activation.Silu, _ => Activation.None },
            GatedMlp = json.GetProperty("gated_mlp").GetBoolean(),
            ParallelBlocks = json.GetProperty("parallel_attn_mlp").GetBoolean(),
            Norm = norm == "RMS" ? NormKind.Rms : NormKind.LayerNorm,
            NormEps = json.GetProperty("eps").GetSingle(),
            Positions = positions == "rotary" ? PositionKind.Rotary : PositionKind.Learned,
            RotaryDims = Number("rotary_dim") ?? 0,
        };

        int? Number(string name) => json.GetProperty(name) is { ValueKind: JsonValueKind.Number } number ? number.GetInt32() : null;
    }
}
