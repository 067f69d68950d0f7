using Interp.Tokenizers;

namespace Interp.Models.Tests.Tokenizers;

/// <summary>Merging long pieces, against the definition: of all pairs the one of the lowest rank, the leftmost of equals, again and again.</summary>
public sealed class MergingTests
{
    /// <summary>By name: how tokens are ranked.</summary>
    public static TheoryData<string, string, ulong> Vocabularies
    {
        get
        {
            TheoryData<string, string, ulong> data = [];
            foreach (string ranking in new[] { "shorter first", "longer first", "at random", "equal", "a few levels" })
                foreach (string letters in new[] { "a", "ab", "abcd", "abcdefghijkl", "▁ab" })
                    for (ulong seed = 1; seed <= 2; seed++) data.Add(ranking, letters, seed);
            return data;
        }
    }

    [Theory, MemberData(nameof(Vocabularies))]
    public void Long_pieces_merge_as_defined(string ranking, string letters, ulong seed)
    {
        Rng random = new(seed);
        BpeVocabulary vocabulary = Vocabulary(ranking, letters, random);
        int[][] pieces =
        [
            Piece(257, _ => random.Next(letters.Length)),
            Piece(700, _ => random.Next(letters.Length)),
            Piece(700, _ => random.Next(Math.Min(2, letters.Length))),
            Piece(400, _ => 0),
            Piece(400, i => i % letters.Length),
            Piece(400, i => i / 7 % letters.Length),
            Piece(400, i => i % 5 == 0 ? 0 : letters.Length - 1),
        ];
        foreach (int[] piece in pieces)
        {
            int[] expected = AsDefined(vocabulary.Merges, piece), symbols = [.. piece];
            // Twice: what a piece leaves behind in the vocabulary's queue must not change the next.
            for (int n = 0; n < 2; n++)
            {
                piece.CopyTo(symbols, 0);
                Assert.Equal(expected, symbols[..vocabulary.Apply(symbols)]);
            }
        }
    }

    [Fact]
    public void A_trained_vocabulary_merges_in_any_order_but_pairs_of_one_token()
    {
        string?[] tokens = ["a", "b", "ab", "aa", "aba"];
        Merge[] trained = [new(0, 1, 2, 0), new(0, 0, 3, 1), new(2, 0, 4, 2)];
        Assert.Equal([false, true, false], MergeQueue.Ordered(trained));
        // Here ab, made at rank 1, merges at rank 0 already.
        Merge[] early = [new(2, 0, 4, 0), new(0, 1, 2, 1)];
        Assert.Equal([false, true], MergeQueue.Ordered(early));
        int[] symbols = Piece(300, i => i % 2);
        Assert.Equal(AsDefined(early, symbols), symbols[..new BpeVocabulary(tokens, early).Apply(symbols)]);
    }

    [Fact]
    public void A_piece_is_cut_only_where_no_merge_reaches_across()
    {
        // ab + c reaches across b|c; nothing across c|a.
        MergeSeams seams = new(["a", "b", "c", "ab", "abc"], [new(0, 1, 3, 0), new(3, 2, 4, 1)]);
        Assert.Equal(3, seams.Next([0, 1, 2, 0, 1, 2]));
        Assert.Equal(1, seams.Next([2, 0]));
        Assert.Equal(1, seams.Next([0]));
    }

    /// <summary>The letters, and forty tokens, each of two others; every way to make one is a merge.</summary>
    private static BpeVocabulary Vocabulary(string ranking, string letters, Rng random)
    {
        List<string> tokens = [.. letters.Select(letter => letter.ToString())];
        while (tokens.Count < letters.Length + 40)
        {
            string token = tokens[random.Next(tokens.Count)] + tokens[random.Next(tokens.Count)];
            if (token.Length <= 64 && !tokens.Contains(token)) tokens.Add(token);
            else if (letters.Length == 1) tokens.Add(new string('a', tokens[^1].Length + 1));
        }
        string?[] all = [.. tokens];
        int[] shuffled = [.. Enumerable.Range(0, all.Length).OrderBy(_ => random.Next(1 << 30))];
        return new BpeVocabulary(all, BpeVocabulary.MergesOf(all, id => ranking switch
        {
            "shorter first" => id,
            "longer first" => all.Length - id,
            "at random" => shuffled[id],
            "equal" => 0,
            _ => shuffled[id] % 5,
        }));
    }

    private static int[] Piece(int length, Func<int, int> symbol) => [.. Enumerable.Range(0, length).Select(symbol)];

    private static int[] AsDefined(Merge[] merges, int[] piece)
    {
        Dictionary<(int, int), Merge> byPair = merges.ToDictionary(merge => (merge.Left, merge.Right));
        List<int> symbols = [.. piece];
        while (true)
        {
            (int at, Merge? best) = (-1, null);
            for (int i = 0; i + 1 < symbols.Count; i++)
                if (byPair.TryGetValue((symbols[i], symbols[i + 1]), out Merge merge) && (best is null || merge.Rank < best.Value.Rank)) (at, best) = (i, merge);
            if (best is null) return [.. symbols];
            symbols[at] = best.Value.Result;
            symbols.RemoveAt(at + 1);
        }
    }
}
