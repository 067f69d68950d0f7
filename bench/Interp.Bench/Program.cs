using Interp.Bench;

const string usage = """
    Usage: dotnet run -c Release --project bench/Interp.Bench -- COMMAND [--threads 1,2] [--rounds N] [--json]
      peak    the cores' peak of fused multiply-adds
      gemm    matrix products against that peak
    """;

string? Option(string name) => Array.IndexOf(args, name) is >= 0 and int i && i + 1 < args.Length ? args[i + 1] : null;

int[] threads = [.. (Option("--threads") ?? "1,2").Split(',').Select(int.Parse)];
int rounds = int.Parse(Option("--rounds") ?? "12", System.Globalization.CultureInfo.InvariantCulture);
bool json = args.Contains("--json");
switch (args.FirstOrDefault())
{
    case "peak":
        PeakBench.Run(threads, rounds, json);
        return 0;
    case "gemm":
        GemmBench.Run(threads, rounds, json);
        return 0;
    default:
        Console.Error.WriteLine(usage);
        return 2;
}
