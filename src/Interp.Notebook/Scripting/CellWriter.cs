using System.Text;
using Interp.Notebook.Execution;

namespace Interp.Notebook.Scripting;

/// <summary>The process's standard output or error: each write goes to the cell that makes it.</summary>
internal sealed class CellWriter(StreamName stream, TextWriter outside) : TextWriter(System.Globalization.CultureInfo.InvariantCulture)
{
    public override Encoding Encoding => Encoding.UTF8;

    public override void Write(char value) => Write(new ReadOnlySpan<char>(in value));

    public override void Write(string? value) => Write(value.AsSpan());

    public override void Write(char[] buffer, int index, int count) => Write(buffer.AsSpan(index, count));

    public override void Write(ReadOnlySpan<char> buffer)
    {
        if (CellConsole.Current is { } console) console.Write(stream, buffer);
        else outside.Write(buffer);
    }

    public override void WriteLine() => Write("\n");

    public override void WriteLine(string? value) => Write(value + "\n");

    public override void WriteLine(ReadOnlySpan<char> buffer) => Write(string.Concat(buffer, "\n"));

    public override void Flush()
    {
        if (CellConsole.Current is { } console) console.Flush();
        else outside.Flush();
    }
}
