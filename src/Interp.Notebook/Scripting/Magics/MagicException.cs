namespace Interp.Notebook.Scripting.Magics;

/// <summary>A magic that there is not, or one used wrongly.</summary>
internal sealed class MagicException(string message, int line) : Exception(message)
{
    /// <summary>The name under which the user sees it.</summary>
    public const string Name = "MagicError";

    /// <summary>Where it stands, from 1.</summary>
    public int Line { get; } = line;
}
