namespace Interp.Kernels;

/// <summary>One sequence of token ids, as a struct that a CPU loop or a GPU kernel can hold.</summary>
public interface ITokenView
{
    /// <summary>The number of tokens.</summary>
    int Length { get; }

    /// <summary>The id at <paramref name="position"/>.</summary>
    int this[int position] { get; }

    /// <summary>Where the ids begin; they are adjacent. For SIMD code only.</summary>
    ref readonly int First { get; }
}
