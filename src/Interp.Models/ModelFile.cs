using System.Text;
using Interp.Families;
using Interp.Files;
using Interp.Tokenizers;

namespace Interp;

/// <summary>A model opened from its files, with its tokenizer where there is one.</summary>
/// <remarks>
/// What can be opened: a Hugging Face folder (config.json, safetensors or PyTorch weights, sharded or not, tokenizer.json), a TransformerLens state dict
/// (config.json with <c>n_layers</c>, weights.safetensors or a PyTorch file), a training run's folder or one of its checkpoints, a llama2.c checkpoint, a PyTorch checkpoint with a
/// name map (docs/name-maps.md), and minGPT models as JSON.
/// </remarks>
/// <example><code>
/// ModelFile gpt2 = ModelFile.Open("models/gpt2");
/// Tensor logits = gpt2.Model.Run(gpt2.Tokenizer!.Encode("Hello world!"));
/// </code></example>
public sealed class ModelFile
{
    private ModelFile(string path, ModelSource source, HookedTransformer model, ITokenizer? tokenizer, IReadOnlyList<string> notes) =>
        (Path, Kind, Weights, Model, Tokenizer, Notes) = (path, source.Kind, source.Weights, model, tokenizer, notes);

    /// <summary>The file or folder that was asked for.</summary>
    public string Path { get; }

    /// <summary>What it is: "Hugging Face gpt2", "llama2.c checkpoint", …</summary>
    public string Kind { get; }

    /// <summary>The tensors as the file has them.</summary>
    public IWeightFile Weights { get; }

    /// <summary>The model.</summary>
    public HookedTransformer Model { get; }

    /// <summary>The tokenizer; null where there is none (see <see cref="Notes"/>).</summary>
    public ITokenizer? Tokenizer { get; }

    /// <summary>What a user should know: a tokenizer that is missing or cannot be used.</summary>
    public IReadOnlyList<string> Notes { get; }

    /// <summary>One line: kind, size, shape.</summary>
    public string Description
    {
        get
        {
            TransformerConfig c = Model.Config;
            long count = Model.Parameters.Sum(p => (long)p.Value.Length);
            StringBuilder text = new();
            text.Append(System.Globalization.CultureInfo.InvariantCulture,
                $"{Kind}: {c.Layers} layers, d_model {c.DModel}, {c.Heads} heads{(c.GroupedQueries ? $" ({c.KeyValueHeads} key-value heads)" : "")}, d_head {c.DHead}, ");
            text.Append(System.Globalization.CultureInfo.InvariantCulture,
                $"{(c.AttentionOnly ? "attention only" : $"d_mlp {c.DMlp}")}, vocabulary {c.Vocabulary}, context {c.Context}, {count:N0} parameters");
            return text.ToString();
        }
    }

    /// <summary>Texts as rows of tokens [text, position], with BOS in front where the tokenizer's authors put it.</summary>
    /// <param name="texts">One or more, of equally many tokens.</param>
    /// <exception cref="InvalidOperationException">The model has no tokenizer.</exception>
    /// <exception cref="ArgumentException">The texts have different numbers of tokens: the message shows their tokens.</exception>
    /// <example><code>
    /// Tokens tokens = file.ToTokens("Hello world!");
    /// TopLogitsView.Of(file.Model.Run(tokens), tokens.Row(0), file.TokenText)
    /// </code></example>
    public Tokens ToTokens(params IReadOnlyList<string> texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        ITokenizer tokenizer = NeedTokenizer();
        int[] start = tokenizer.PrependsBos && (tokenizer.BosToken ?? Model.Config.BosToken) is { } bos ? [bos] : [];
        int[][] rows = [.. texts.Select(text => (int[])[.. start, .. tokenizer.Encode(text)])];
        return rows.FirstOrDefault(row => row.Length != rows[0].Length) is { } other
            ? throw new ArgumentException($"Texts in one batch have equally many tokens: {Shown(rows[0])} are {rows[0].Length}, {Shown(other)} are {other.Length}.", nameof(texts))
            : Tokens.FromRows(rows);
    }

    /// <summary>The id of a text that is one token, such as <c>" Mary"</c>: words within a text usually start with their blank.</summary>
    /// <exception cref="InvalidOperationException">The model has no tokenizer.</exception>
    /// <exception cref="ArgumentException">The text is several tokens: the message shows them.</exception>
    public int ToSingleToken(string text) => NeedTokenizer().Encode(text) is var ids && ids.Length == 1
        ? ids[0]
        : throw new ArgumentException($"'{text}' is {ids.Length} tokens ({Shown(ids)}), not one.", nameof(text));

    /// <summary>A token for display: its text, or its id where the model has no tokenizer or the tokenizer no such id.</summary>
    public string TokenText(int token) =>
        Tokenizer is { } tokenizer && token < tokenizer.Vocabulary ? tokenizer.TokenText(token) : token.ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>A row's tokens for display, as <see cref="TokenText"/> gives them.</summary>
    /// <param name="tokens">[batch, position]</param>
    /// <param name="row">Which row of the batch.</param>
    public string[] TokenTexts(Tokens tokens, int row = 0)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        return Array.ConvertAll(tokens.Row(row).ToArray(), TokenText);
    }

    /// <summary>Opens a model.</summary>
    /// <param name="path">A file or a folder.</param>
    /// <param name="nameMap">The name map of a checkpoint with foreign names; null: <c>FILE.map.json</c> or <c>name-map.json</c> beside it.</param>
    /// <param name="tokenizer">A tokenizer file; null: the one beside the model.</param>
    /// <exception cref="ModelFileException">It is not a model, or a defective or unsupported one: the message says what and where.</exception>
    public static ModelFile Open(string path, string? nameMap = null, string? tokenizer = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        ModelSource source = ModelFinder.Find(path, nameMap);
        List<string> notes = [];
        ITokenizer? opened = tokenizer is not null ? BpeTokenizer.Open(tokenizer) : source.Tokenizer ?? TokenizerBeside(path, source.Config, notes);
        if (opened?.Vocabulary > source.Config.Vocabulary)
            notes.Add($"The tokenizer has {opened.Vocabulary} ids, the model {source.Config.Vocabulary}: text with the others cannot be run.");
        try
        {
            return new ModelFile(path, source, source.Load(), opened, notes);
        }
        catch (ArgumentException e)
        {
            throw new ModelFileException(path, e.Message, e);
        }
    }

    /// <summary>
    /// Writes a model as a folder that opens to the same bits: config.json and model.safetensors of a Hugging Face family (gpt2, gpt_neox, llama, qwen2) where one can express it,
    /// else TransformerLens's config.json and weights.safetensors; and tokenizer.json.
    /// </summary>
    /// <param name="folder">The folder; it is made where it is missing. Its files of these names are replaced.</param>
    /// <param name="model">The model.</param>
    /// <param name="tokenizer">Its tokenizer; one that is not <see cref="CanSave"/> is left out.</param>
    public static void Save(string folder, HookedTransformer model, ITokenizer? tokenizer = null)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(model);
        Directory.CreateDirectory(folder);
        if (!HuggingFace.TrySave(folder, model))
        {
            SafetensorsFile.Save(System.IO.Path.Combine(folder, ModelFinder.TransformerLensWeights), model.Parameters);
            AtomicFile.Write(System.IO.Path.Combine(folder, ModelFinder.ConfigFile), stream => stream.Write(Encoding.UTF8.GetBytes(TransformerLensConfig.ToJson(model.Config))));
        }
        Saved(tokenizer)?.Save(System.IO.Path.Combine(folder, "tokenizer.json"));
    }

    /// <summary>Whether a tokenizer.json can express a tokenizer: byte-pair encodings (but llama2.c's, whose merges have scores with ties) and plain bytes.</summary>
    public static bool CanSave(ITokenizer? tokenizer) => Saved(tokenizer) is not null;

    private static BpeTokenizer? Saved(ITokenizer? tokenizer) => tokenizer switch
    {
        BpeTokenizer { CanSave: true } bpe => bpe,
        ByteTokenizer { BosToken: null } => ByteTokenizer.AsBytePairs(),
        _ => null,
    };

    private ITokenizer NeedTokenizer() => Tokenizer ?? throw new InvalidOperationException($"{Path} has no tokenizer ({string.Join(' ', Notes)}), so a text cannot be encoded: give token ids.");

    private string Shown(IEnumerable<int> tokens) => string.Join(' ', tokens.Select(token => $"'{TokenText(token)}'"));

    private static BpeTokenizer? TokenizerBeside(string path, TransformerConfig config, List<string> notes)
    {
        string folder = Directory.Exists(path) ? path : System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path))!;
        string? file = ((string[])["tokenizer.json", "vocab.json", "tokenizer.bin", $"tok{config.Vocabulary}.bin"])
            .Select(name => System.IO.Path.Combine(folder, name)).FirstOrDefault(File.Exists);
        if (file is null)
        {
            notes.Add(File.Exists(System.IO.Path.Combine(folder, "tokenizer.model"))
                ? "There is a tokenizer.model, which is not read; the same model's tokenizer.json is." : "There is no tokenizer: text cannot be encoded.");
            return null;
        }
        try
        {
            return BpeTokenizer.Open(file);
        }
        catch (ModelFileException e)
        {
            notes.Add($"The tokenizer cannot be used: {e.Message}");
            return null;
        }
    }
}
