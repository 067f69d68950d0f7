namespace Interp.Files;

/// <summary>A tensor that lies in a file.</summary>
/// <param name="Name">Its name in the file.</param>
/// <param name="Type">How its elements are stored.</param>
/// <param name="Shape">The sizes of its axes, outermost first.</param>
/// <param name="File">The file that holds it.</param>
/// <param name="Offset">Where its first byte lies in that file, where that is known (a strided tensor of a PyTorch checkpoint: its first element).</param>
public sealed record TensorEntry(string Name, ElementType Type, IReadOnlyList<int> Shape, string File, long Offset)
{
    /// <summary>The number of elements.</summary>
    public long Length => Shape.Aggregate(1L, (n, size) => n * size);

    /// <summary>For messages: <c>tensor 'x' F16 [2, 3] at byte 128</c>.</summary>
    public override string ToString() => $"tensor '{Name}' {Type} [{string.Join(", ", Shape)}] at byte {Offset}";
}
