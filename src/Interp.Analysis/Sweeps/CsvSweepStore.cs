using System.Globalization;
using System.Text;

namespace Interp.Sweeps;

/// <summary>Rows as comma-separated values: a comment with the sweep's fingerprint, a header, a line a row. A line torn by a kill is cut off when the file opens.</summary>
internal sealed class CsvSweepStore : ISweepStore
{
    private const string Header = "checkpoint,prompt,layer,head,position,metric,value,clean,weights";

    private readonly FileStream _file;
    private readonly List<StoredRow> _rows = [];

    public CsvSweepStore(string path, string fingerprint)
    {
        _file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        try
        {
            string start = $"# sweep {fingerprint}\n{Header}\n";
            byte[] bytes = new byte[_file.Length];
            _file.ReadExactly(bytes);
            int whole = Array.LastIndexOf(bytes, (byte)'\n') + 1;
            string text = Encoding.UTF8.GetString(bytes, 0, whole);
            if (text.Length < start.Length && start.StartsWith(text, StringComparison.Ordinal))
            {
                _file.SetLength(0);
                Write(start);
                return;
            }
            if (!text.StartsWith(start, StringComparison.Ordinal)) throw ISweepStore.Other(path);
            foreach (string line in text[start.Length..].Split('\n', StringSplitOptions.RemoveEmptyEntries)) _rows.Add(Parse(line, path));
            _file.SetLength(whole);
            _file.Position = whole;
        }
        catch
        {
            _file.Dispose();
            throw;
        }
    }

    public IEnumerable<StoredRow> Load() => _rows;

    public void Append(IEnumerable<SweepRow> rows, string weights)
    {
        StringBuilder lines = new();
        foreach (SweepRow row in rows)
            lines.Append(CultureInfo.InvariantCulture,
                $"{Quoted(row.Checkpoint)},{Quoted(row.Prompt)},{row.Layer},{row.Head},{row.Position},{Quoted(row.Metric)},{row.Value:R},{row.Clean:R},{weights}\n");
        Write(lines.ToString());
    }

    public void Dispose() => _file.Dispose();

    private void Write(string text)
    {
        _file.Write(Encoding.UTF8.GetBytes(text));
        _file.Flush(flushToDisk: true);
    }

    private static string Quoted(string text)
    {
        if (text.AsSpan().IndexOfAny('\n', '\r') >= 0) throw new ArgumentException($"A name in a sweep is one line; this is not: '{text}'.");
        return text.AsSpan().IndexOfAny(',', '"') < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }

    private static StoredRow Parse(string line, string path)
    {
        List<string> fields = [];
        StringBuilder field = new();
        bool quoted = false;
        for (int i = 0; i < line.Length; i++)
        {
            char c = line[i];
            if (quoted && c == '"' && i + 1 < line.Length && line[i + 1] == '"') field.Append(line[++i]);
            else if (c == '"') quoted = !quoted;
            else if (c == ',' && !quoted)
            {
                fields.Add(field.ToString());
                field.Clear();
            }
            else field.Append(c);
        }
        fields.Add(field.ToString());
        CultureInfo plain = CultureInfo.InvariantCulture;
        if (fields.Count != 9
            || !int.TryParse(fields[2], plain, out int layer) || !int.TryParse(fields[3], plain, out int head) || !int.TryParse(fields[4], plain, out int position)
            || !double.TryParse(fields[6], plain, out double value) || !double.TryParse(fields[7], plain, out double clean))
        {
            throw new InvalidDataException($"{path} has a line that is not a sweep's row ({Header}): '{line}'.");
        }
        return new(new(fields[0], fields[1], layer, head, position, fields[5], value, clean), fields[8]);
    }
}
