using System.Runtime.CompilerServices;
using System.Text;
using Interp.Files;
using Interp.Models.Tests.Families;
using Interp.Tests.Shared;
using Interp.Tokenizers;

namespace Interp.Models.Tests.Fuzz;

/// <summary>
/// Tens of thousands of damaged files: each opens to a model (or tokenizer) that works, or is a <see cref="ModelFileException"/>. No other exception, no hang, no large allocation, no wrong shapes.
/// </summary>
/// <remarks>INTERP_FUZZ multiplies the number of files, INTERP_FUZZ_SEED changes them.</remarks>
public sealed class FuzzTests : IDisposable
{
    // A damaged number must not make memory: the whole files are below 100 kB.
    private const long MostBytes = 64 << 20;
    private static readonly TimeSpan s_mostTime = TimeSpan.FromSeconds(20);
    private static readonly int s_times = int.Parse(Environment.GetEnvironmentVariable("INTERP_FUZZ") ?? "1", System.Globalization.CultureInfo.InvariantCulture);
    private static readonly ulong s_seed = ulong.Parse(Environment.GetEnvironmentVariable("INTERP_FUZZ_SEED") ?? "1", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>How many files each test below damages.</summary>
    private static readonly Dictionary<string, int> s_files = new()
    {
        [nameof(Safetensors_headers)] = 4000,
        [nameof(Zip_archives_and_pickles)] = 4000,
        [nameof(Pickles_alone)] = 5000,
        [nameof(Tokenizers_as_json)] = 3000,
        [nameof(Tokenizers_of_llama2c)] = 1500,
        [nameof(Configurations)] = 3000,
        [nameof(Headers_of_llama2c)] = 2000,
        [nameof(Name_maps)] = 1500,
    };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Every_test_says_how_many_files_it_damages_and_together_they_are_20_000_at_least()
    {
        Assert.Equal(
            typeof(FuzzTests).GetMethods().Where(m => m.IsDefined(typeof(FactAttribute), inherit: true)).Select(m => m.Name)
                .Except([nameof(Every_test_says_how_many_files_it_damages_and_together_they_are_20_000_at_least)]).Order(),
            s_files.Keys.Order());
        Assert.InRange(s_files.Values.Sum(), 20_000, int.MaxValue);
    }

    [Fact]
    public void Safetensors_headers()
    {
        ModelFile.Save(_folder.Path, new Fixture("smeared").Model);
        string path = _folder.File("weights.safetensors");
        byte[] original = File.ReadAllBytes(path);
        int header = 8 + (int)BitConverter.ToInt64(original);
        // Mostly the header: the rest is numbers.
        Fuzz(random => [.. Mutation.Apply(original[..header], random, text: true), .. original[header..]], path, () => OpenModel(_folder.Path));
    }

    [Fact]
    public void Zip_archives_and_pickles()
    {
        string fixture = Path.Combine(Optional.RepositoryRoot, "tests", "Interp.Models.Tests", "fixtures", "pytorch", "training.pt");
        byte[] original = File.ReadAllBytes(fixture);
        string path = _folder.File("x.pt");
        Fuzz(random => Mutation.Apply(original, random, text: false), path, () => OpenTensors(PyTorchCheckpoint.Open(path)));
    }

    [Fact]
    public void Pickles_alone()
    {
        byte[] original = Pickle("training.pt"), other = Pickle("protocol4.pt");
        string path = _folder.File("x.pkl");
        Fuzz(random => Mutation.Apply(random.Next(2) == 0 ? original : other, random, text: false), path, () => new Unpickler(path, File.ReadAllBytes(path)).Run());
    }

    [Fact]
    public void Tokenizers_as_json()
    {
        byte[] original = Tokenizer();
        string path = _folder.File("tokenizer.json");
        Fuzz(random => Mutation.Apply(original, random, text: true), path, () => OpenTokenizer(path));
    }

    [Fact]
    public void Tokenizers_of_llama2c()
    {
        using MemoryStream file = new();
        using (BinaryWriter writer = new(file, Encoding.UTF8, leaveOpen: true))
        {
            writer.Write(7);
            string[] tokens = ["<unk>", "\n<s>\n", "\n</s>\n", .. Enumerable.Range(0, 256).Select(b => $"<0x{b:X2}>"), " ", "a", "b", "ab", " ab", "é"];
            foreach ((int i, string token) in tokens.Index())
            {
                byte[] text = Encoding.UTF8.GetBytes(token);
                writer.Write((float)-i);
                writer.Write(text.Length);
                writer.Write(text);
            }
        }
        string path = _folder.File("tokenizer.bin");
        Fuzz(random => Mutation.Apply(file.ToArray(), random, text: false), path, () => OpenTokenizer(path));
    }

    [Theory]
    [InlineData("gpt2-tied")]
    [InlineData("qwen")]
    [InlineData("smeared")]
    public void Configurations(string fixture)
    {
        ModelFile.Save(_folder.Path, new Fixture(fixture).Model);
        string path = _folder.File("config.json");
        byte[] original = File.ReadAllBytes(path);
        Fuzz(random => Mutation.Apply(original, random, text: true), path, () => OpenModel(_folder.Path), parts: 3);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Headers_of_llama2c(int version)
    {
        HookedTransformer model = new(new TransformerConfig
        {
            Layers = 2,
            DModel = 8,
            Heads = 2,
            DHead = 4,
            DMlp = 9,
            Vocabulary = 17,
            Context = 12,
            Activation = Activation.Silu,
            GatedMlp = true,
            Norm = NormKind.Rms,
            Positions = PositionKind.Rotary,
            RotaryLayout = RotaryLayout.AdjacentPairs,
            TiedEmbeddings = true,
            QkvBias = false,
            AttentionOutputBias = false,
            MlpBias = false,
            UnembedBias = false,
        }, seed: 1);
        byte[] original = ForeignLayout.Llama2C(model, version);
        string path = _folder.File("model.bin");
        // Half of them keep their length, so that the header alone is wrong.
        Fuzz(random => random.Next(2) == 0
            ? Mutation.Apply(original, random, text: false)
            : [.. Mutation.Apply(original[..40], random, text: false).Concat(new byte[40]).Take(40), .. original[40..]], path, () => OpenModel(path), parts: 2);
    }

    [Fact]
    public void Name_maps()
    {
        byte[] original = File.ReadAllBytes(Path.Combine(Optional.RepositoryRoot, "tests", "Interp.Models.Tests", "Files", "Maps", "slm4096.map.json"));
        string path = _folder.File("map.json");
        Fuzz(random => Mutation.Apply(original, random, text: true), path, () =>
        {
            NameMap map = NameMap.Read(path);
            // Where the number of layers is bounded by the tensors that there are.
            if (map.Config.Layers > 100) return;
            try
            {
                _ = new WeightMap(map.Config, map.Rules, map.Ignored, map.Zeros);
            }
            catch (FormatException)
            {
                // What ModelFile turns into an error that names the file.
            }
        });
    }

    /// <summary>Opens the files of the calling test: all of them, or one of <paramref name="parts"/> equal parts.</summary>
    private static void Fuzz(Func<Rng, byte[]> make, string path, Action open, int parts = 1, [CallerMemberName] string test = "")
    {
        int opened = 0, refused = 0;
        for (int n = 0; n < s_files[test] / parts * s_times; n++)
        {
            byte[] bytes = make(new Rng(s_seed, (ulong)n));
            File.WriteAllBytes(path, bytes);
            long before = GC.GetAllocatedBytesForCurrentThread();
            long started = System.Diagnostics.Stopwatch.GetTimestamp();
            try
            {
                open();
                opened++;
            }
            catch (ModelFileException e)
            {
                Assert.False(string.IsNullOrWhiteSpace(e.Message));
                refused++;
            }
            catch (Exception e)
            {
                Assert.Fail($"File {n} of seed {s_seed} ({Convert.ToBase64String(bytes)}) ends in {e}");
            }
            Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < MostBytes, $"file {n} of seed {s_seed} allocates {GC.GetAllocatedBytesForCurrentThread() - before} bytes");
            Assert.True(System.Diagnostics.Stopwatch.GetElapsedTime(started) < s_mostTime, $"file {n} of seed {s_seed} takes {System.Diagnostics.Stopwatch.GetElapsedTime(started)}");
        }
        TestContext.Current.TestOutputHelper?.WriteLine($"{opened + refused} files: {opened} opened, {refused} refused");
        // Damage that is always or never found would test nothing.
        Assert.True(refused > 0 && opened > 0, $"{opened} opened, {refused} refused");
    }

    /// <summary>What opens must run.</summary>
    private static void OpenModel(string path)
    {
        HookedTransformer model = ModelFile.Open(path).Model;
        Tensor logits = model.Run(new[] { 0 });
        Assert.True(logits.Shape.SequenceEqual([1, 1, model.Config.Vocabulary]));
    }

    private static void OpenTensors(IWeightFile file)
    {
        foreach ((string name, TensorEntry entry) in file.Tensors) Assert.True(file.Read(name).Shape.SequenceEqual([.. entry.Shape]));
    }

    private static void OpenTokenizer(string path)
    {
        BpeTokenizer tokenizer = BpeTokenizer.Open(path);
        int[] ids = tokenizer.Encode("ab, abba's  12\n é😀 <s> <|endoftext|>");
        Assert.All(ids, id => Assert.InRange(id, 0, tokenizer.Vocabulary - 1));
        Assert.NotNull(tokenizer.Decode(ids));
        foreach (int id in ids) Assert.NotNull(tokenizer.TokenText(id));
    }

    private static byte[] Pickle(string name)
    {
        using System.IO.Compression.ZipArchive zip = System.IO.Compression.ZipFile.OpenRead(Path.Combine(Optional.RepositoryRoot, "tests", "Interp.Models.Tests", "fixtures", "pytorch", name));
        using Stream entry = zip.Entries.First(e => e.Name == "data.pkl").Open();
        using MemoryStream bytes = new();
        entry.CopyTo(bytes);
        return bytes.ToArray();
    }

    /// <summary>A tokenizer.json with a step of most kinds.</summary>
    private static byte[] Tokenizer()
    {
        using TemporaryFolder folder = new();
        BpeTrainer.Train("abba and abba's band, abba and abba's band 12 12", 270).Save(folder.File("t.json"));
        string json = File.ReadAllText(folder.File("t.json"));
        json = json.Replace("\"normalizer\": null", """
            "normalizer": {"type":"Sequence","normalizers":[{"type":"NFC"},{"type":"Replace","pattern":{"String":"q"},"content":"k"}]}
            """, StringComparison.Ordinal);
        int start = json.IndexOf("\"pre_tokenizer\"", StringComparison.Ordinal), end = json.IndexOf("\"post_processor\"", StringComparison.Ordinal);
        return Encoding.UTF8.GetBytes(json[..start] + """
            "pre_tokenizer": {"type":"Sequence","pretokenizers":[
              {"type":"Split","pattern":{"Regex":"'s|\\p{N}{1,3}| ?\\p{L}+|\\s+(?!\\S)"},"behavior":"Isolated","invert":false},
              {"type":"Digits","individual_digits":true},{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true,"use_regex":false}]},
            """ + json[end..]);
    }
}
