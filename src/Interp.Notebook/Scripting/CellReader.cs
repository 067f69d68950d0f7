namespace Interp.Notebook.Scripting;

/// <summary>The process's standard input: a line is asked of the user of the cell that reads it.</summary>
internal sealed class CellReader(TextReader outside) : TextReader
{
    private string _line = "";
    private int _at;

    public override string? ReadLine()
    {
        if (CellConsole.Current is not { } console) return outside.ReadLine();
        if (_at < _line.Length)
        {
            string rest = _line[_at..].TrimEnd('\n');
            _at = _line.Length;
            return rest;
        }
        return console.ReadLine("", password: false);
    }

    public override int Peek()
    {
        if (CellConsole.Current is not { } console) return outside.Peek();
        if (_at >= _line.Length) (_line, _at) = (console.ReadLine("", password: false) + "\n", 0);
        return _line[_at];
    }

    public override int Read()
    {
        int next = Peek();
        if (CellConsole.Current is null) return outside.Read();
        _at++;
        return next;
    }
}
