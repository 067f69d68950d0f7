namespace Interp.Files;

/// <summary>Named tensors in a file, or in several that belong together; each is read when it is asked for.</summary>
public interface IWeightFile
{
    /// <summary>The file or folder, for messages.</summary>
    string Path { get; }

    /// <summary>What is there, by name.</summary>
    IReadOnlyDictionary<string, TensorEntry> Tensors { get; }

    /// <summary>Reads a tensor as float32, row-major. It belongs to no <see cref="TensorScope"/>.</summary>
    /// <exception cref="ModelFileException">There is no such tensor, or it cannot be read.</exception>
    Tensor Read(string name) => Read(name, view: true);

    /// <summary>Reads a tensor as float32, row-major.</summary>
    /// <param name="name">The tensor's name.</param>
    /// <param name="view">The tensor is for keeps: it may view the mapped file, and belongs to no <see cref="TensorScope"/>. Otherwise it is a copy that belongs to the current one.</param>
    /// <exception cref="ModelFileException">There is no such tensor, or it cannot be read.</exception>
    Tensor Read(string name, bool view);
}
