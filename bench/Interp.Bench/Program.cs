using Interp.Bench;

const string usage = """
    Usage: dotnet run -c Release --project bench/Interp.Bench -- COMMAND [--threads 1,2] [--rounds N] [--json]
      peak             the cores' peak of fused multiply-adds
      gemm             matrix products against that peak
      train            training tokens a second; --case b|c, --peer "COMMAND" that prints "N tokens/s"
      forward          a forward pass of GPT-2 small's shape, plain and with caches; --peer "COMMAND" that prints "N s"
      tokenize TOKENIZER [TEXT]  encoding a text file, and texts that are one piece each, on one thread
      open [FOLDER]    opening a Hugging Face folder (without FOLDER: one of 500 MB with random weights)
      sweep            zero ablation of 144 heads against 144 forward passes in turns; --every N: one pass counts as N, a shorter look
      heads            the induction score of all heads; every score of every head; --peer "COMMAND" that prints "N s"
      attribution      attribution patching of all heads; --peer
      copying          copying scores and eigenvalues of all heads; --peer
    train, forward, tokenize, sweep, heads, attribution and copying take --processor-time for machines that are busy: one thread's figures then mean something still.
    """;

string? Option(string name) => Array.IndexOf(args, name) is >= 0 and int i && i + 1 < args.Length ? args[i + 1] : null;

int[] threads = [.. (Option("--threads") ?? "1,2").Split(',').Select(int.Parse)];
int Rounds(int usual) => int.Parse(Option("--rounds") ?? $"{usual}", System.Globalization.CultureInfo.InvariantCulture);
bool json = args.Contains("--json");
Clock clock = new(args.Contains("--processor-time"));
switch (args.FirstOrDefault())
{
    case "peak":
        PeakBench.Run(threads, Rounds(12), json);
        return 0;
    case "gemm":
        GemmBench.Run(threads, Rounds(12), json);
        return 0;
    case "train":
        TrainBench.Run(threads, Rounds(12), json, clock, Option("--case"), Option("--peer"));
        return 0;
    case "forward":
        ForwardBench.Run(threads, Rounds(8), json, clock, Option("--peer"));
        return 0;
    case "tokenize" when args.Length > 1 && !args[1].StartsWith('-'):
        TokenizeBench.Run(args[1], args.Length > 2 && !args[2].StartsWith('-') ? args[2] : null, Rounds(5), json, clock);
        return 0;
    case { } analysis when AnalysisBench.Names.Contains(analysis):
        AnalysisBench.Run(analysis, threads, Rounds(5), json, clock, Option("--peer"));
        return 0;
    case "sweep":
        SweepBench.Run(threads, Rounds(1), json, clock, int.Parse(Option("--every") ?? "1", System.Globalization.CultureInfo.InvariantCulture));
        return 0;
    case "open":
        OpenBench.Run(args.Length > 1 && !args[1].StartsWith('-') ? args[1] : null, Rounds(3), json);
        return 0;
    default:
        Console.Error.WriteLine(usage);
        return 2;
}
