#:project ../src/Interp.Plots/Interp.Plots.csproj
#:property PublishAot=false

// Where a model keeps who did what. "When Mary and John went to the store, John gave a drink to" wants Mary; where Mary gives, John.
// One activation at a time of the first text in the second one's place: which of them carry the difference?
using Interp;
using Interp.Files;
using Interp.Tokenizers;

const string usage = """
    usage: dotnet run scripts/patch-names.cs [-- MODEL [FIGURE]]
      MODEL   whatever 'interp info' opens; without it the small model in docs/example. One that does not know the names as
              single tokens gets the same task in random tokens: after "A B … A" comes B, and C where the first text has C.
      FIGURE  an .html, .svg or .png file for the residual stream by layer and position
    """;
if (args is ["--help"] or ["-h"] or [_, _, _, ..])
{
    Console.WriteLine(usage);
    return args.Length > 2 ? 2 : 0;
}
string example = Path.Combine(Path.GetDirectoryName((string)AppContext.GetData("EntryPointFilePath")!)!, "..", "docs", "example");
ModelFile file;
try
{
    file = ModelFile.Open(args.FirstOrDefault() ?? example);
}
catch (ModelFileException e)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}
TransformerConfig config = file.Model.Config;
string[] names = file.Tokenizer is null ? [] : Known(file.Tokenizer);
if (names.Length < 2 && config.Vocabulary < 9)
{
    Console.Error.WriteLine($"{file.Path} has {config.Vocabulary} tokens, too few to tell names apart.");
    return 1;
}
(Tokens clean, Tokens corrupt, int[] answers, int[] wrong) = names.Length >= 2 ? Sentences(file.Tokenizer!, names) : RandomTokens(config);

Metric difference = Metrics.LogitDifference(answers, wrong);
double right = difference.Of(file.Model, clean), confused = difference.Of(file.Model, corrupt);
Console.WriteLine($"{difference.Name}: clean {right:F3}, corrupted {confused:F3}");

Tensor byHead = ActivationPatching.Run(file.Model, clean, corrupt, difference, PatchComponent.HeadOutput);   // [layer, head]
Console.WriteLine("heads whose clean output restores most of it");
foreach (HeadId head in HeadId.All(config).OrderByDescending(h => Math.Abs(byHead[h.Layer, h.Head] - confused)).Take(8))
    Console.WriteLine($"  {head}  {(byHead[head.Layer, head.Head] - confused) / (right - confused),7:P1}");

Tensor byPosition = ActivationPatching.Run(file.Model, clean, corrupt, difference, PatchComponent.ResidPre);   // [layer, position]
string[] texts = [.. clean.Row(0).ToArray().Select(id => file.Tokenizer?.TokenText(id) ?? $"{id}")];
float[,] restored = new float[config.Layers, texts.Length];
for (int l = 0; l < config.Layers; l++)
    for (int p = 0; p < texts.Length; p++) restored[l, p] = (float)((byPosition[l, p] - confused) / (right - confused));
Console.WriteLine("where the stream carries it before each layer");
for (int l = 0; l < config.Layers; l++)
    Console.WriteLine($"  {l}  {string.Join(", ", Enumerable.Range(0, texts.Length).Where(p => restored[l, p] > 0.05).Select(p => $"{p} '{texts[p]}' {restored[l, p]:P0}"))}");

if (args is [_, string figure])
    Plot.Effects(restored, [.. Enumerable.Range(0, config.Layers).Select(l => $"{l}")], texts, "layer (index)", "position (clean token)", "restored (share)", "Patching the residual stream").Save(figure);
return 0;

// Names that are one token each, an even number of them.
static string[] Known(ITokenizer tokenizer)
{
    string[] known = [.. " Mary, John, Tom, James, Dan, Sid, Anna, Paul".Split(',').Where(name => IsOneToken(tokenizer, name))];
    return known[..(known.Length / 2 * 2)];
}

static bool IsOneToken(ITokenizer tokenizer, string text)
{
    try
    {
        return tokenizer.Encode(text).Length == 1;
    }
    catch (ModelFileException)
    {
        return false;   // Its vocabulary lacks these letters.
    }
}

// Each pair of names in both roles, each answer once.
static (Tokens, Tokens, int[], int[]) Sentences(ITokenizer tokenizer, string[] names)
{
    (string Gets, string Gives)[] roles = [.. names.Chunk(2).SelectMany(pair => new[] { (pair[0], pair[1]), (pair[1], pair[0]) })];
    int[] Row((string Gets, string Gives) pair, string gives)
    {
        int[] text = tokenizer.Encode($" When{pair.Gets} and{pair.Gives} went to the store,{gives} gave a drink to");
        return tokenizer is { PrependsBos: true, BosToken: { } bos } ? [bos, .. text] : text;
    }
    return (
        Tokens.FromRows([.. roles.Select(pair => Row(pair, pair.Gives))]), Tokens.FromRows([.. roles.Select(pair => Row(pair, pair.Gets))]),
        [.. roles.Select(pair => tokenizer.Encode(pair.Gets)[0])], [.. roles.Select(pair => tokenizer.Encode(pair.Gives)[0])]);
}

static (Tokens, Tokens, int[], int[]) RandomTokens(TransformerConfig config)
{
    // A, B, C and four others.
    TokenSampler sampler = new(config, seed: 1);
    int[][] rows = [.. Enumerable.Range(0, 8).Select(_ => sampler.Distinct(7))];
    int[] start = config.BosToken is { } bos ? [bos] : [];
    int[] Row(int[] t, int after) => [.. start, t[3], t[0], after, t[4], t[5], t[6], t[0]];
    return (
        Tokens.FromRows([.. rows.Select(t => Row(t, t[1]))]), Tokens.FromRows([.. rows.Select(t => Row(t, t[2]))]),
        [.. rows.Select(t => t[1])], [.. rows.Select(t => t[2])]);
}
