using System.Collections.Concurrent;
using Microsoft.CodeAnalysis.Text;

namespace Interp.Notebook.Scripting;

/// <summary>The texts of the cells so far by name, for errors that point at their lines.</summary>
internal sealed class CellSources
{
    private readonly ConcurrentDictionary<string, SourceText> _texts = new();

    public void Add(string name, string code) => _texts[name] = SourceText.From(code);

    /// <summary>Whether a file name of a stack frame or an error is a cell's.</summary>
    public bool Contains(string? name) => name is not null && _texts.ContainsKey(name);

    /// <summary>A line, counted from 0, as it was typed; null where there is none.</summary>
    public string? Line(string name, int line) => _texts.TryGetValue(name, out SourceText? text) && line >= 0 && line < text.Lines.Count ? text.Lines[line].ToString() : null;
}
