#:project ../src/Interp.Analysis/Interp.Analysis.csproj
#:property PublishAot=false

// Which heads learn in context: every head ablated in turn on random tokens that repeat.
using Interp;
using Interp.Files;

const string usage = """
    usage: dotnet run scripts/ablate-heads.cs [-- MODEL [RESULTS]]
      MODEL    whatever 'interp info' opens; without it the small model in docs/example
      RESULTS  a .csv, .db or .sqlite file: a stopped sweep goes on where it was
    """;
if (args is ["--help"] or ["-h"] or [_, _, _, ..])
{
    Console.WriteLine(usage);
    return args.Length > 2 ? 2 : 0;
}
string example = Path.Combine(Path.GetDirectoryName((string)AppContext.GetData("EntryPointFilePath")!)!, "..", "docs", "example");
HookedTransformer model;
try
{
    model = ModelFile.Open(args.FirstOrDefault() ?? example).Model;
}
catch (ModelFileException e)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}

// Nothing but the context tells what comes next.
int room = model.Config.Context - 1, period = Math.Min(25, room / 2);
Tokens tokens = new TokenSampler(model.Config, seed: 1).Repeated(rows: 8, period, repeats: Math.Min(4, room / period));

Sweep sweep = new()
{
    Checkpoints = [new("model", () => model)],
    Prompts = [new("repeated tokens", tokens, Metrics.Loss, Metrics.InContextScore())],
};
foreach (IGrouping<string, SweepRow> metric in sweep.Run(args.ElementAtOrDefault(1)).ToArray().GroupBy(row => row.Metric))
{
    Console.WriteLine($"{metric.Key}: {metric.First().Clean:F3} nats; what ablating a head adds to it");
    foreach (SweepRow row in metric.OrderByDescending(row => Math.Abs(row.Effect)).Take(8))
        Console.WriteLine($"  {row.Layer}.{row.Head}  {row.Effect,7:F3}");
}
return 0;
