using Interp.Kernels;

namespace Interp;

/// <summary>Where the kernels of <c>Interp.Kernels</c> run: on the CPU with SIMD (<see cref="SimdScoreRunner"/>), or on a device that an optional package opens.</summary>
/// <remarks>
/// <code>HeadScores heads = HeadScores.Measure(model, new HeadScoreOptions { Runner = runner });</code>
/// Runners agree to 1e-5: they run the same kernel bodies and differ in the order of their sums and in the last bits of a logarithm.
/// </remarks>
public interface IScoreRunner
{
    /// <summary>What it runs on, for people.</summary>
    string Name { get; }

    /// <summary>Begins to score the attention patterns of a batch of sequences.</summary>
    /// <param name="tokens">[batch, key]</param>
    /// <param name="layers">How many patterns will come, for a device to make room.</param>
    IScorePass Begin(Tokens tokens, int layers);

    /// <summary>What the copying scores are made of, for each head: <see cref="Copying.Of"/> over the tokens of a sample.</summary>
    /// <param name="patterns">[layer, head, token, token]: the attention of one sequence.</param>
    /// <param name="logits">[layer, query, head, token]: the heads' contributions to the logits of the sequence's tokens, less the mean over the vocabulary.</param>
    /// <returns>[layer · head]</returns>
    CopyingSums[] Copying(Tensor patterns, ReadOnlySpan<float> logits);

    /// <summary>Holds an unembedding ready for <see cref="IVocabularyRaise.Of"/>.</summary>
    /// <param name="unembedding">The stored weight, of the axes that <paramref name="tied"/> says.</param>
    /// <param name="tied">Whether it is stored [vocabulary, d_model], as an embedding is; [d_model, vocabulary] otherwise.</param>
    IVocabularyRaise Vocabulary(Tensor unembedding, bool tied);
}
