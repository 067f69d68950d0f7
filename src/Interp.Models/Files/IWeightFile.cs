namespace Interp.Files;

/// <summary>Named tensors in a file, or in several that belong together; each is read when it is asked for.</summary>
public interface IWeightFile
{
    /// <summary>The file or folder, for messages.</summary>
    string Path { get; }

    /// <summary>What is there, by name.</summary>
    IReadOnlyDictionary<string, TensorEntry> Tensors { get; }

    /// <summary>Reads a tensor as float32, row-major.</summary>
    /// <exception cref="ModelFileException">There is no such tensor.</exception>
    Tensor Read(string name);
}
