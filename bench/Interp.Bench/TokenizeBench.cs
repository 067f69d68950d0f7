using System.Globalization;
using System.Text;
using System.Text.Json;
using Interp.Tokenizers;

namespace Interp.Bench;

/// <summary>Encoding text on one thread: a given text, then texts that are one piece each, at three lengths, which show whether time grows with the length alone.</summary>
internal static class TokenizeBench
{
    private const int Megabyte = 1 << 20;

    public static void Run(string tokenizerPath, string? textFile, int rounds, bool json, Clock clock)
    {
        BpeTokenizer tokenizer = BpeTokenizer.Open(tokenizerPath);
        if (textFile is not null) Measure(tokenizer, Path.GetFileName(textFile), File.ReadAllText(textFile), rounds, json, clock);
        foreach (int length in new[] { Megabyte / 4, Megabyte, 4 * Megabyte })
        {
            Measure(tokenizer, "one letter", new string('a', length), rounds, json, clock);
            Measure(tokenizer, "random letters, no space", Random(length, (_, n) => (char)('a' + n), 26), rounds, json, clock);
            // Each two of these stand side by side in a token of GPT-2: nowhere does a merge surely end.
            Measure(tokenizer, "random common letters", Random(length, (_, n) => "acdeilmnorst"[n], 12), rounds, json, clock);
            Measure(tokenizer, "random letters of all scripts", Random(length / 2, (i, n) => (char)((i % 3 == 0 ? 0x430 : i % 3 == 1 ? 0x4e00 : 0x5d0) + n), 26), rounds, json, clock);
            Measure(tokenizer, "spaces", new string(' ', length), rounds, json, clock);
        }
    }

    private static void Measure(BpeTokenizer tokenizer, string name, string text, int rounds, bool json, Clock clock)
    {
        double best = double.MaxValue;
        int tokens = 0;
        for (int round = 0; round < rounds; round++)
        {
            double start = clock.Seconds;
            tokens = tokenizer.Encode(text).Length;
            best = Math.Min(best, clock.Seconds - start);
        }
        double bytes = Encoding.UTF8.GetByteCount(text);
        Console.WriteLine(json
            ? JsonSerializer.Serialize(new { bench = "tokenize", text = name, megabytes = Math.Round(bytes / 1e6, 3), tokens, seconds = Math.Round(best, 4), megabytes_per_second = Math.Round(bytes / best / 1e6, 2), clock = clock.Name })
            : string.Create(CultureInfo.InvariantCulture, $"tokenize {name,-30} {bytes / 1e6,7:f2} MB  {tokens,9} tokens  {bytes / best / 1e6,7:f1} MB/s{clock.Remark}"));
    }

    private static string Random(int length, Func<int, int, char> letter, int span)
    {
        Rng random = new(1);
        return string.Create(length, 0, (letters, _) =>
        {
            for (int i = 0; i < letters.Length; i++) letters[i] = letter(i, random.Next(span));
        });
    }
}
