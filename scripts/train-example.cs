#:project ../src/Interp.Training/Interp.Training.csproj
#:property PublishAot=false

// Trains the small model that documents and scripts use, docs/example: dotnet run scripts/train-example.cs [-- FOLDER]
// Two layers of four attention heads and a vocabulary of 64 words. Half of its texts are random words that repeat, from which
// induction heads form; half are sentences that name two people and then, again, the one who does not act (indirect objects).
// It takes about a minute.
using System.Text.Json;
using Interp;
using Interp.Data;

if (args is ["--help"] or ["-h"] or [_, _, ..])
{
    Console.WriteLine("usage: dotnet run scripts/train-example.cs [-- FOLDER]");
    return args.Length > 1 ? 2 : 0;
}
string folder = args.FirstOrDefault() ?? Path.Combine(Path.GetDirectoryName((string)AppContext.GetData("EntryPointFilePath")!)!, "..", "docs", "example");
TransformerConfig shape = new()
{
    Layers = 2,
    DModel = 64,
    Heads = 4,
    DHead = 16,
    Vocabulary = Stories.Words.Length,
    Context = 112,
    BosToken = 0,
};
TrainingConfig config = new() { Model = shape, Data = new RepeatedSegments(), Seed = 1, Steps = 2500, Batch = 64 };
Trainer trainer = new(config, new Stories(config.Seed, shape.Context));
while (trainer.Step < config.Steps)
{
    TrainingStep step = trainer.Next();
    if (step.Step % 100 == 0) Console.Error.WriteLine($"step {step.Step}  loss {step.Loss:F3}");
}
ModelFile.Save(folder, trainer.Model);
File.WriteAllText(Path.Combine(folder, "tokenizer.json"), Stories.Tokenizer());
return 0;

/// <summary>Rows of both sorts of text, each from its own random stream.</summary>
sealed class Stories(ulong seed, int context) : ITokenSource
{
    private static readonly string[] s_names = ["Mary", "John", "Anna", "Tom", "Lucy", "James", "Sara", "Dan", "Emma", "Paul", "Rose", "Mark", "Kate", "Sid", "Jane", "Luke", "Amy", "Carl", "Nina", "Max"];
    private static readonly string[] s_places = ["store", "park", "beach", "station", "school", "garden", "house", "office"];
    private static readonly string[] s_things = ["drink", "book", "ring", "ball", "letter", "flower", "key", "cake"];
    private static readonly string[] s_frame = ["When", "and", "went", "to", "the", ",", "gave", "a", "."];
    private static readonly string[] s_others = ["red", "blue", "old", "new", "one", "two", "three", "river", "stone", "cloud", "light", "rain", "green", "small", "tree", "bird", "moon", "sun"];

    public static string[] Words { get; } = ["<|bos|>", .. s_names, .. s_places, .. s_things, .. s_frame, .. s_others];

    public int Vocabulary => Words.Length;

    public int Context => context;

    public void TrainingRow(long index, Span<int> row) => Fill(new Rng(seed + (ulong)(2 * index)), row);

    public void EvaluationRow(long index, Span<int> row) => Fill(new Rng(seed + (ulong)(2 * index) + 1), row);

    private static void Fill(Rng random, Span<int> row)
    {
        row[0] = 0;
        if (random.Next(2) == 0) Repeat(random, row[1..]);
        else Tell(random, row[1..]);
    }

    /// <summary>Random words, over and over with a random period.</summary>
    private static void Repeat(Rng random, Span<int> row)
    {
        int period = random.Next(5, 29), offset = random.Next(12);
        for (int i = 0; i < row.Length; i++) row[i] = i < offset + period ? 1 + random.Next(Words.Length - 1) : row[i - period];
    }

    /// <summary>Sentence after sentence: "When A and B went to the store, B gave a drink to A."</summary>
    private static void Tell(Rng random, Span<int> row)
    {
        for (int at = 0; at < row.Length;)
        {
            string[] names = [.. s_names];
            random.Shuffle<string>(names);
            (string first, string second) = (names[0], names[1]);
            (string gives, string gets) = random.Next(2) == 0 ? (first, second) : (second, first);
            string[] sentence = ["When", first, "and", second, "went", "to", "the", Of(s_places), ",", gives, "gave", "a", Of(s_things), "to", gets, "."];
            foreach (string word in sentence)
                if (at < row.Length) row[at++] = Array.IndexOf(Words, word);
        }

        string Of(string[] words) => words[random.Next(words.Length)];
    }

    /// <summary>A tokenizer.json in which every word, with the blank before it, is a token.</summary>
    public static string Tokenizer()
    {
        var tokens = Words.Select((word, id) => new { id, content = id == 0 || word is "," or "." ? word : " " + word, special = id == 0 }).ToArray();
        object[] single = [new { SpecialToken = new { id = Words[0], type_id = 0 } }, new { Sequence = new { id = "A", type_id = 0 } }];
        return JsonSerializer.Serialize(new
        {
            version = "1.0",
            added_tokens = tokens.Select(t => new { t.id, t.content, single_word = false, lstrip = false, rstrip = false, normalized = false, t.special }),
            post_processor = new { type = "TemplateProcessing", single, pair = Array.Empty<object>(), special_tokens = new { } },
            model = new { type = "BPE", vocab = tokens.ToDictionary(t => t.content, t => t.id), merges = Array.Empty<string>() },
        });
    }
}
