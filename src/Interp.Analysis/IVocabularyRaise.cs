namespace Interp;

/// <summary>How far vectors raise the logits of a whole vocabulary; the logits are streamed, never stored.</summary>
public interface IVocabularyRaise : IDisposable
{
    /// <summary>Σ_v max(x·u_v − shift, 0) for each row x.</summary>
    /// <param name="rows">[rows, d_model]: vectors as the unembedding sees them.</param>
    /// <param name="shifts">[rows]: what is subtracted from each row's logits, their mean over the vocabulary.</param>
    /// <returns>[rows]</returns>
    float[] Of(ReadOnlySpan<float> rows, ReadOnlySpan<float> shifts);
}
