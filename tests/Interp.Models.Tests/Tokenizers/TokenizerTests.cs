using System.Text;
using System.Text.Json;
using Interp.Files;
using Interp.Tests.Shared;
using Interp.Tokenizers;

namespace Interp.Models.Tests.Tokenizers;

public sealed class TokenizerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Byte_tokens_are_the_utf8_bytes()
    {
        ByteTokenizer tokenizer = new(withBos: true);
        Assert.Equal([0x61, 0xC3, 0xA4], tokenizer.Encode("aä"));
        Assert.Equal("aä", tokenizer.Decode([256, 0x61, 0xC3, 0xA4]));
        Assert.Equal(@"\xC3", tokenizer.TokenText(0xC3));
        Assert.Equal([0xEF, 0xBF, 0xBD], tokenizer.Encode("\ud800"));
        Assert.Throws<ArgumentOutOfRangeException>(() => tokenizer.Decode([257]));
    }

    [Fact]
    public void Characters_are_tokens_in_the_order_given()
    {
        CharacterTokenizer tokenizer = new("ab😀");
        Assert.Equal([2, 0, 1], tokenizer.Encode("😀ab"));
        Assert.Equal("b😀", tokenizer.Decode([1, 2]));
        Assert.Contains("'c'", Assert.Throws<ArgumentException>(() => tokenizer.Encode("c")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Llama2c_tokens_agree_with_the_published_prompts()
    {
        BpeTokenizer tokenizer = BpeTokenizer.Open(Optional.SharedPath("fixtures/models/stories260K/tok512.bin"));
        using JsonDocument prompts = JsonDocument.Parse(File.ReadAllText(Optional.SharedPath("fixtures/models/stories260K/prompts.json")));
        foreach (JsonElement prompt in prompts.RootElement.GetProperty("prompts").EnumerateArray())
        {
            string text = prompt.GetProperty("text").GetString()!;
            int[] expected = [.. prompt.GetProperty("tokens").EnumerateArray().Select(id => id.GetInt32())];
            Assert.Equal(expected, (int[])[tokenizer.BosToken!.Value, .. tokenizer.Encode(text)]);
            Assert.Equal(text, tokenizer.Decode(expected.AsSpan(1)));
        }
        // No token of its own: its UTF-8 bytes, at id 3 + byte.
        Assert.Equal([3 + 0xF0, 3 + 0x9F, 3 + 0x98, 3 + 0x80], tokenizer.Encode("😀")[^4..]);
        Assert.Equal("a😀", tokenizer.Decode(tokenizer.Encode("a😀")));
        Assert.Equal(@"\xF0", tokenizer.TokenText(3 + 0xF0));
    }

    /// <summary>A Llama 2 tokenizer of a few tokens; what is expected follows from the rules, by hand.</summary>
    [Fact]
    public void Llama2_pieces_have_a_space_in_front_and_fall_back_to_bytes()
    {
        BpeTokenizer tokenizer = BpeTokenizer.Open(_folder.Write("tokenizer.json", Llama2()));
        // ids: <unk> 0, <s> 1, </s> 2, bytes 3–258, ▁ 259, a 260, b 261, ▁a 262, ab 263, ▁ab 264, ▁▁ 265
        Assert.Equal([264], tokenizer.Encode("ab"));
        Assert.Equal([264, 264], tokenizer.Encode("ab ab"));
        Assert.Equal([265, 264], tokenizer.Encode("  ab"));
        Assert.Equal([259, 3 + 0xC3, 3 + 0xA4, 261], tokenizer.Encode("äb"));
        // Each section between special tokens gets its own space.
        Assert.Equal([1, 264, 2, 262], tokenizer.Encode("<s>ab</s>a"));
        Assert.Equal(1, tokenizer.BosToken);
        Assert.True(tokenizer.PrependsBos);
        Assert.Equal("ab äb", tokenizer.Decode(tokenizer.Encode("ab äb")));
        Assert.Equal("�", tokenizer.Decode([3 + 0xC3]));
        Assert.Equal("", tokenizer.Decode([]));
    }

    [Fact]
    public void Added_tokens_are_found_first_leftmost_and_longest()
    {
        const string Added = """
            [{"id":300,"content":"<x>","special":true,"normalized":false},
             {"id":301,"content":"<x>y","special":false,"normalized":false},
             {"id":302,"content":"<s>","special":true,"normalized":false,"lstrip":true,"rstrip":true},
             {"id":303,"content":"word","special":false,"normalized":false,"single_word":true}]
            """;
        BpeTokenizer tokenizer = BpeTokenizer.Open(_folder.Write("tokenizer.json", ByteLevel(added: Added)));
        int a = tokenizer.Encode("a")[0];
        Assert.Equal([a, 301, a, 300, a], tokenizer.Encode("a<x>ya<x>a"));
        Assert.Equal([a, 302, a], tokenizer.Encode("a  <s>\n a"));
        Assert.Equal([303], tokenizer.Encode("word"));
        Assert.DoesNotContain(303, tokenizer.Encode("words"));
        Assert.Equal("a<x>y", tokenizer.Decode([a, 301]));
        Assert.Equal(304, tokenizer.Vocabulary);
        Assert.Equal(300, tokenizer.SpecialTokens["<x>"]);
    }

    [Theory]
    [InlineData("e\u0301", "é")]
    [InlineData("\u1100\u1161\u11A8", "각")]
    [InlineData("\uAC00\u11A8", "각")]
    [InlineData("q\u0307\u0323", "q\u0323\u0307")]      // reordered by class
    [InlineData("\u0958", "\u0915\u093C")]              // a composition exclusion
    [InlineData("\u212B", "\u00C5")]                    // a singleton
    [InlineData("a\u0315\u0300", "\u00E0\u0315")]       // reordered, then composed
    [InlineData("\u1E9B\u0323", "\u1E9B\u0323")]
    [InlineData("\U0001D15E", "\U0001D157\U0001D165")]
    [InlineData("plain", "plain")]
    public void Text_is_composed_canonically(string text, string expected) => Assert.Equal(expected, UnicodeNormalization.Normalize(text, compose: true));

    [Fact]
    public void A_normalizer_is_applied_before_the_merges()
    {
        BpeTokenizer tokenizer = BpeTokenizer.Open(_folder.Write("tokenizer.json", ByteLevel(normalizer: """{"type":"NFC"}""")));
        Assert.Equal(tokenizer.Encode("é"), tokenizer.Encode("e\u0301"));
    }

    [Fact]
    public void One_word_of_a_megabyte_is_encoded_and_decoded()
    {
        // Quadratic merging would take hours.
        StringBuilder word = new();
        Rng random = new(4);
        while (word.Length < 1 << 20) word.Append((char)('a' + random.Next(4)));
        string text = word.ToString();
        BpeTokenizer tokenizer = BpeTrainer.Train(string.Join(' ', Enumerable.Range(0, 2000).Select(i => text.Substring(i * 20, 12))), 400);
        int[] ids = tokenizer.Encode(text);
        Assert.True(ids.Length < text.Length / 2);
        Assert.Equal(text, tokenizer.Decode(ids));
    }

    [Fact]
    public void The_heap_and_the_scan_merge_alike()
    {
        BpeTokenizer tokenizer = BpeTrainer.Train(string.Concat(Enumerable.Repeat("the theme of these themes is there, thereof and the then", 3)), 300);
        Rng random = new(5);
        for (int n = 0; n < 300; n++)
        {
            // A word of letters is one piece: beyond 256 bytes it goes through the heap. A boundary that no merge crosses must not matter.
            string part = new([.. Enumerable.Range(0, 20 + random.Next(40)).Select(_ => "thems"[random.Next(5)])]);
            string word = string.Concat(Enumerable.Repeat(part + "Q", 12));
            Assert.Equal(Enumerable.Repeat(tokenizer.Encode(part + "Q"), 12).SelectMany(x => x), tokenizer.Encode(word));
        }
    }

    [Theory]
    [InlineData("\"type\":\"BPE\"", "\"type\":\"Unigram\"", "Unigram")]
    [InlineData("\"type\":\"BPE\"", "\"type\":\"BPE\",\"dropout\":0.1", "dropout")]
    [InlineData("\"type\":\"BPE\"", "\"type\":\"BPE\",\"continuing_subword_prefix\":\"##\"", "continuing_subword_prefix")]
    [InlineData("\"type\":\"BPE\"", "\"type\":\"BPE\",\"new_feature\":true", "new_feature")]
    [InlineData("\"normalizer\":null", "\"normalizer\":{\"type\":\"NFKC\"}", "NFKC")]
    [InlineData("\"normalizer\":null", "\"normalizer\":{\"type\":\"Precompiled\",\"precompiled_charsmap\":\"\"}", "Precompiled")]
    [InlineData("\"type\":\"ByteLevel\",", "\"type\":\"Whitespace\",", "Whitespace")]
    [InlineData("\"use_regex\":true", "\"use_regex\":true,\"extra\":1", "extra")]
    [InlineData("\"merges\":[]", "\"merges\":[\"q q q\"]", "q q q")]
    [InlineData("\"merges\":[]", "\"merges\":[\"q q\"]", "'qq'")]
    [InlineData("\"vocab\":{", "\"vocab\":{\"dup\":0,", "same id")]
    [InlineData("\"vocab\":{", "\"vocab\":{\"far\":2000000000,", "2000000000")]
    public void What_is_not_supported_or_wrong_is_refused_by_name(string from, string to, string named)
    {
        string path = _folder.Write("tokenizer.json", ByteLevel().Replace(from, to, StringComparison.Ordinal));
        Assert.Contains(named, Assert.Throws<ModelFileException>(() => BpeTokenizer.Open(path)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(@"\p{L}++")]
    [InlineData(@"[\p{L}&&[^a]]")]
    [InlineData(@"\h+")]
    [InlineData(@"^a")]
    [InlineData(@"\p{Han}+")]
    [InlineData(@"(?<=a)b")]
    [InlineData(@"(a")]
    public void A_pattern_that_engines_read_differently_is_refused(string pattern) =>
        Assert.Throws<NotSupportedException>(() => new PatternSplitter(pattern, keepMatches: true, keepGaps: true));

    [Fact]
    public void Split_isolates_or_removes()
    {
        Assert.Equal(["a", "1", "b", "2"], Pieces(new PatternSplitter(@"\p{N}", true, true), "a1b2"));
        Assert.Equal(["a", "b"], Pieces(new PatternSplitter(@"\p{N}", false, true), "a1b2"));
        Assert.Equal(["1", "2"], Pieces(new PatternSplitter(@"\p{N}", true, false), "a1b2"));
        // Beyond the basic plane: 𝐀 is a letter of two UTF-16 units, 😀 a symbol.
        Assert.Equal(["𝐀b", "😀", "𝟙"], Pieces(new PatternSplitter(@"\p{L}+|\p{N}", true, true), "𝐀b😀𝟙"));
        Assert.Equal(["ab", "12", "c"], Pieces(new DigitScanner(individual: false), "ab12c"));
        Assert.Equal(["ab", "1", "2", "c"], Pieces(new DigitScanner(individual: true), "ab12c"));
        Assert.Equal(["▁a", "▁b"], Pieces(new Metaspace('▁', Metaspace.Scheme.Always, split: true), "a b"));
    }

    [Fact]
    public void Contractions_fold_case_where_the_pattern_says_so()
    {
        Cl100kScanner scanner = Cl100kScanner.For(@"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+")!;
        // Unicode folds ſ (U+017F) to s.
        Assert.Equal(["I", "'LL", " it", "'ſ"], Pieces(scanner, "I'LL it'ſ"));
        Assert.Equal(["I", "'", "LL"], Pieces(new Gpt2Scanner(), "I'LL"));
    }

    [Fact]
    public void Without_its_config_the_usual_names_give_bos_and_eos_and_with_it_the_config_does()
    {
        string path = _folder.Write("tokenizer.json", ByteLevel(added: """[{"id":256,"content":"<|endoftext|>","special":true,"normalized":false},{"id":257,"content":"<|im_end|>","special":true,"normalized":false}]"""));
        BpeTokenizer plain = BpeTokenizer.Open(path);
        Assert.Equal((256, 256, false), (plain.BosToken, plain.EosToken, plain.PrependsBos));
        _folder.Write("tokenizer_config.json", """{"bos_token":null,"eos_token":{"content":"<|im_end|>"},"add_bos_token":false}""");
        BpeTokenizer configured = BpeTokenizer.Open(_folder.Path);
        Assert.Equal((null, 257), (configured.BosToken, configured.EosToken));
    }

    private static List<string> Pieces(PreTokenizer splitter, string text)
    {
        List<string> pieces = [];
        splitter.Split(text, true, (piece, _) => pieces.Add(piece.ToString()));
        return pieces;
    }

    /// <summary>A byte-level tokenizer.json without merges: id = byte.</summary>
    private static string ByteLevel(string normalizer = "null", string added = "[]")
    {
        string vocabulary = string.Join(",", Enumerable.Range(0, 256).Select(b => $"{JsonSerializer.Serialize(ByteText.Character((byte)b).ToString())}:{b}"));
        return $$$"""
            {"version":"1.0","truncation":null,"padding":null,"added_tokens":{{{added}}},"normalizer":{{{normalizer}}},
             "pre_tokenizer":{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true,"use_regex":true},"post_processor":null,"decoder":{"type":"ByteLevel"},
             "model":{"type":"BPE","vocab":{ {{{vocabulary}}} },"merges":[]}}
            """;
    }

    /// <summary>A Llama 2 tokenizer.json of a few tokens.</summary>
    internal static string Llama2()
    {
        string bytes = string.Join(",", Enumerable.Range(0, 256).Select(b => $"\"<0x{b:X2}>\":{b + 3}"));
        return $$$"""
            {"version":"1.0","added_tokens":[{"id":0,"content":"<unk>","normalized":false,"special":true},{"id":1,"content":"<s>","normalized":false,"special":true},{"id":2,"content":"</s>","normalized":false,"special":true}],
             "normalizer":{"type":"Sequence","normalizers":[{"type":"Prepend","prepend":"▁"},{"type":"Replace","pattern":{"String":" "},"content":"▁"}]},
             "pre_tokenizer":null,
             "post_processor":{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"<s>","type_id":0}},{"Sequence":{"id":"A","type_id":0}}],"pair":[],"special_tokens":{}},
             "decoder":{"type":"Sequence","decoders":[{"type":"Replace","pattern":{"String":"▁"},"content":" "},{"type":"ByteFallback"},{"type":"Fuse"},{"type":"Strip","content":" ","start":1,"stop":0}]},
             "model":{"type":"BPE","unk_token":"<unk>","fuse_unk":true,"byte_fallback":true,
               "vocab":{"<unk>":0,"<s>":1,"</s>":2,{{{bytes}}},"▁":259,"a":260,"b":261,"▁a":262,"ab":263,"▁ab":264,"▁▁":265},
               "merges":["▁ ▁","a b","▁ ab","▁ a"]}}
            """;
    }
}
