namespace Interp.Gemm;

/// <summary>Where the entries along one axis of a matrix lie: entry i at <c>i·Stride</c>, or, cut in blocks, at
/// <c>(j / Block)·BlockStride + (j % Block)·Stride</c> with <c>j = i + Start</c>.</summary>
/// <param name="Length">The number of entries.</param>
/// <param name="Stride">Elements between neighbours (inside a block).</param>
/// <param name="Block">Entries in a block; 0 for an axis without blocks.</param>
/// <param name="BlockStride">Elements between the starts of neighbouring blocks.</param>
/// <param name="Start">Entries before the first one in its block (after a slice), in [0, Block).</param>
public readonly record struct MatrixAxis(int Length, nint Stride, int Block = 0, nint BlockStride = 0, int Start = 0)
{
    /// <summary>True where the axis has no blocks.</summary>
    public bool IsPlain => Block == 0;

    /// <summary>The offset of entry <paramref name="i"/> in elements.</summary>
    public nint Offset(int i)
    {
        if (Block == 0) return i * Stride;
        (int block, int within) = Math.DivRem(i + Start, Block);
        return block * BlockStride + within * Stride;
    }

    /// <summary>How many entries from entry <paramref name="i"/> on are evenly spaced by <see cref="Stride"/>: up to the end of its block.</summary>
    public int Run(int i) => Block == 0 ? Length - i : Math.Min(Length - i, Block - (i + Start) % Block);

    /// <summary>The part of the axis from <paramref name="start"/>; its offset zero is the block that holds <paramref name="start"/>.</summary>
    internal MatrixAxis Slice(int start, int length, out nint origin)
    {
        if (Block == 0)
        {
            origin = start * Stride;
            return this with { Length = length };
        }
        (int block, int within) = Math.DivRem(start + Start, Block);
        origin = block * BlockStride;
        if (within + length > Block) return this with { Length = length, Start = within };
        origin += within * Stride;
        return new MatrixAxis(length, Stride);
    }

    /// <summary>Drops blocks that are not needed: one block only, or blocks that follow each other evenly.</summary>
    internal MatrixAxis Simplified() =>
        Block != 0 && Start == 0 && (Length <= Block || BlockStride == Block * Stride) ? new MatrixAxis(Length, Stride) : this;
}
