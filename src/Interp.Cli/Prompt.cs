using System.Text.Json;
using Interp.Tokenizers;

namespace Interp.Cli;

/// <summary>What a command runs a model on: rows of token ids from a file, or a text.</summary>
internal static class Prompt
{
    /// <summary>The tokens of a text, with BOS in front where the tokenizer's authors put it.</summary>
    public static int[] Encode(ModelFile file, string text)
    {
        ITokenizer tokenizer = file.Tokenizer ?? throw new UsageException("This model has no tokenizer, so a text cannot be encoded: give token ids, or --tokenizer FILE.");
        int? bos = tokenizer.PrependsBos ? tokenizer.BosToken ?? file.Model.Config.BosToken : null;
        int[] tokens = tokenizer.Encode(text);
        if (bos is { } first) tokens = [first, .. tokens];
        return tokens.Length > 0 ? tokens : throw new UsageException("The prompt is empty, and this model has no token that begins a text.");
    }

    /// <summary>A JSON file with an array of rows of token ids; rows of different lengths need a padding id.</summary>
    public static Tokens Read(string path, int? pad)
    {
        int[][] rows;
        try
        {
            rows = JsonSerializer.Deserialize<int[][]>(File.ReadAllBytes(path)) ?? [];
        }
        catch (JsonException e)
        {
            throw new UsageException($"{path} is not an array of rows of token ids, such as [[1, 2, 3], [4, 5, 6]]: {e.Message}");
        }
        if (rows.Length == 0 || rows.Any(r => r is null || r.Length == 0)) throw new UsageException($"{path} has no rows, or an empty one: each row needs at least one token id.");
        if (rows.All(r => r.Length == rows[0].Length)) return Tokens.FromRows(rows);
        return pad is { } id
            ? PaddedTokens.FromRows(rows, id).Tokens
            : throw new UsageException($"{path} has rows of {rows.Min(r => r.Length)} to {rows.Max(r => r.Length)} tokens: --pad ID says which token id to fill the short ones with.");
    }
}
