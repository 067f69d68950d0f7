namespace Interp;

/// <summary>The body of a parallel loop as a struct, so that no delegate is made.</summary>
public interface IParallelBody
{
    /// <summary>Does step <paramref name="index"/>.</summary>
    void Invoke(int index);
}
