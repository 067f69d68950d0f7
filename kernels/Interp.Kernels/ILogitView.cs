namespace Interp.Kernels;

/// <summary>What one head adds to the logits of the sample's tokens, on one sequence.</summary>
public interface ILogitView
{
    /// <summary>The head's contribution at position <paramref name="query"/> to the logit of the token at <paramref name="position"/>, less the mean over the vocabulary.</summary>
    float this[int query, int position] { get; }
}
