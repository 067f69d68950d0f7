namespace Interp;

/// <summary>The body of a parallel loop over ranges, as a struct, so that no delegate is made.</summary>
public interface IParallelRange
{
    /// <summary>Does steps [<paramref name="start"/>, <paramref name="end"/>).</summary>
    void Invoke(int start, int end);
}
