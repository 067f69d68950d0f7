using System.Runtime.InteropServices;
using System.Text;

namespace Interp.Tokenizers;

/// <summary>Trains byte-level byte-pair encoding on a text.</summary>
/// <remarks>Sennrich et al. 2016 on the bytes of GPT-2's pieces: the pair that occurs most often becomes a token, again and again; of equals the one with the lower ids, so that the result is always the same.</remarks>
public static class BpeTrainer
{
    private const string EndOfText = "<|endoftext|>";

    // Id 0 is the end of text, then come the 256 bytes.
    private const int FirstByte = 1;
    private const int FirstMerge = 257;

    /// <summary>Trains a tokenizer. Its BOS and EOS are <c>&lt;|endoftext|&gt;</c>, id 0; id 1 + b is byte b; the merges follow in order.</summary>
    /// <param name="text">The text.</param>
    /// <param name="vocabularySize">The number of ids, at least 257. There are fewer where the text has not enough pairs that occur twice: see <see cref="ITokenizer.Vocabulary"/>.</param>
    public static BpeTokenizer Train(string text, int vocabularySize)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentOutOfRangeException.ThrowIfLessThan(vocabularySize, FirstMerge);
        List<(int Left, int Right)> pairs = new Corpus(text).Merge(vocabularySize - FirstMerge);
        string?[] tokens = new string?[FirstMerge + pairs.Count];
        tokens[0] = EndOfText;
        for (int b = 0; b < 256; b++) tokens[FirstByte + b] = ByteText.Character((byte)b).ToString();
        Merge[] merges = new Merge[pairs.Count];
        for (int i = 0; i < merges.Length; i++)
        {
            int id = FirstMerge + i;
            (int left, int right) = pairs[i];
            tokens[id] = tokens[left] + tokens[right];
            merges[i] = new Merge(left, right, id, i);
        }
        BpeDefinition definition = new()
        {
            Path = "The trained tokenizer",
            Vocabulary = new BpeVocabulary(tokens, merges),
            Added = [new AddedToken(0, EndOfText, Special: true)],
        };
        return new BpeTokenizer(TokenizerJson.WithPipeline(definition, Gpt2VocabularyFiles.Pipeline) with { Bos = 0, Eos = 0 });
    }

    /// <summary>The distinct pieces of a text, their symbols, and where each pair occurs.</summary>
    private sealed class Corpus
    {
        private readonly List<int[]> _words = [];
        private readonly List<int> _lengths = [];
        private readonly List<long> _counts = [];
        private readonly Dictionary<(int Left, int Right), (long Count, List<int> Words)> _pairs = [];
        private readonly HashSet<(int, int)> _changed = [];

        public Corpus(string text)
        {
            Dictionary<string, int> words = [];
            Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> lookup = words.GetAlternateLookup<ReadOnlySpan<char>>();
            new Gpt2Scanner().Split(text, true, (piece, _) =>
            {
                ref int word = ref CollectionsMarshal.GetValueRefOrAddDefault(lookup, piece, out bool known);
                if (!known)
                {
                    word = _words.Count;
                    byte[] bytes = Encoding.UTF8.GetBytes(piece.ToString());
                    _words.Add(Array.ConvertAll(bytes, b => b + FirstByte));
                    _lengths.Add(bytes.Length);
                    _counts.Add(0);
                }
                _counts[word]++;
            });
            for (int w = 0; w < _words.Count; w++)
                for (int i = 0; i + 1 < _lengths[w]; i++) Count((_words[w][i], _words[w][i + 1]), w, +1);
            _changed.Clear();
        }

        /// <summary>Makes up to <paramref name="most"/> merges, while a pair occurs at least twice.</summary>
        public List<(int Left, int Right)> Merge(int most)
        {
            List<(int, int)> merges = [];
            PriorityQueue<(int Left, int Right), (long, int, int)> queue = new();
            foreach (((int Left, int Right) pair, (long count, _)) in _pairs) queue.Enqueue(pair, (-count, pair.Left, pair.Right));
            while (merges.Count < most && queue.TryDequeue(out (int Left, int Right) pair, out (long Count, int, int) priority))
            {
                AmbientCancellation.ThrowIfRequested();
                if (!_pairs.TryGetValue(pair, out (long Count, List<int> Words) now)) continue;
                // Counts change while a pair waits; growth is queued at once, so only shrunken ones are met here.
                if (now.Count != -priority.Count)
                {
                    if (now.Count < -priority.Count) queue.Enqueue(pair, (-now.Count, pair.Left, pair.Right));
                    continue;
                }
                if (now.Count < 2) break;
                int result = FirstMerge + merges.Count;
                merges.Add(pair);
                foreach (int w in now.Words.Distinct()) Replace(w, pair, result);
                _pairs.Remove(pair);
                _changed.Remove(pair);
                foreach ((int Left, int Right) grown in _changed)
                    if (_pairs.TryGetValue(grown, out (long Count, List<int>) entry) && entry.Count > 0) queue.Enqueue(grown, (-entry.Count, grown.Left, grown.Right));
                _changed.Clear();
            }
            return merges;
        }

        private void Replace(int w, (int Left, int Right) pair, int result)
        {
            int[] symbols = _words[w];
            int kept = 0, length = _lengths[w];
            for (int i = 0; i < length;)
            {
                if (i + 1 == length || symbols[i] != pair.Left || symbols[i + 1] != pair.Right)
                {
                    symbols[kept++] = symbols[i++];
                    continue;
                }
                if (kept > 0)
                {
                    Count((symbols[kept - 1], pair.Left), w, -1);
                    Count((symbols[kept - 1], result), w, +1);
                }
                if (i + 2 < length)
                {
                    Count((pair.Right, symbols[i + 2]), w, -1);
                    Count((result, symbols[i + 2]), w, +1);
                }
                symbols[kept++] = result;
                i += 2;
            }
            _lengths[w] = kept;
        }

        private void Count((int, int) pair, int w, int sign)
        {
            ref (long Count, List<int> Words) entry = ref CollectionsMarshal.GetValueRefOrAddDefault(_pairs, pair, out bool known);
            if (!known) entry.Words = [];
            entry.Count += sign * _counts[w];
            if (sign < 0) return;
            if (entry.Words.Count == 0 || entry.Words[^1] != w) entry.Words.Add(w);
            _changed.Add(pair);
        }
    }
}
