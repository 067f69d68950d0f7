namespace Interp.Files;

/// <summary>A model, tokenizer or configuration file that cannot be used; the message names the file, what is wrong, where, and what was expected.</summary>
public sealed class ModelFileException : Exception
{
    /// <summary>An unspecified defect.</summary>
    public ModelFileException() { }

    /// <summary>A defect of a file that the message names.</summary>
    public ModelFileException(string message) : base(message) { }

    /// <summary>A defect of a file that the message names, found by another exception.</summary>
    public ModelFileException(string message, Exception inner) : base(message, inner) { }

    /// <summary>A defect of the file <paramref name="path"/>: "path: problem".</summary>
    public ModelFileException(string path, string problem, Exception? inner = null) : base($"{path}: {problem}", inner) => Path = path;

    /// <summary>The file, where one is to blame.</summary>
    public string? Path { get; }
}
