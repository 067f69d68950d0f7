using System.Text.Json;

namespace Interp.Files;

/// <summary>Tensors in several files, by an index that says which file holds which (<c>model.safetensors.index.json</c>).</summary>
public sealed class ShardedWeights : IWeightFile
{
    private readonly Dictionary<string, IWeightFile> _files = [];
    private readonly Dictionary<string, TensorEntry> _tensors = [];

    private ShardedWeights(string path) => Path = path;

    /// <inheritdoc/>
    public string Path { get; }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, TensorEntry> Tensors => _tensors;

    /// <summary>Opens the files that an index names, each with <paramref name="open"/>.</summary>
    /// <exception cref="ModelFileException">The index is defective, or a file or a tensor that it names is missing.</exception>
    public static ShardedWeights Open(string indexPath, Func<string, IWeightFile> open)
    {
        ArgumentNullException.ThrowIfNull(indexPath);
        ArgumentNullException.ThrowIfNull(open);
        ShardedWeights weights = new(indexPath);
        using JsonDocument document = JsonFile.Open(indexPath);
        JsonFields index = new(indexPath, "the index", document.RootElement);
        JsonElement map = index.Get("weight_map");
        if (map.ValueKind != JsonValueKind.Object) throw index.Error("weight_map is not an object of file names by tensor.");
        string folder = System.IO.Path.GetDirectoryName(indexPath) ?? "";
        Dictionary<string, IWeightFile> shards = [];
        foreach (JsonProperty property in map.EnumerateObject())
        {
            string? file = property.Value.ValueKind == JsonValueKind.String ? property.Value.GetString() : null;
            // A name, not a path: an index must not reach outside its folder.
            if (string.IsNullOrEmpty(file) || file != System.IO.Path.GetFileName(file) || file is "." or "..")
                throw index.Error($"the tensor '{property.Name}' lies in {property.Value.GetRawText()}; needed is the name of a file in the same folder.");
            if (!shards.TryGetValue(file, out IWeightFile? shard)) shards.Add(file, shard = open(System.IO.Path.Combine(folder, file)));
            if (!shard.Tensors.TryGetValue(property.Name, out TensorEntry? entry))
                throw index.Error($"the tensor '{property.Name}' should be in {file}, which has no such tensor.");
            weights._files.Add(property.Name, shard);
            weights._tensors.Add(property.Name, entry);
        }
        return weights;
    }

    /// <inheritdoc/>
    public Tensor Read(string name, bool view) => _files.TryGetValue(name, out IWeightFile? file)
        ? file.Read(name, view)
        : throw new ModelFileException(Path, $"there is no tensor '{name}' among the {_tensors.Count} here.");
}
