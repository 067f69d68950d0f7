using Interp.Notebook.Execution;
using Interp.Notebook.Scripting.Magics;

namespace Interp.Notebook.Scripting.Completion;

/// <summary>Completes what is not C#: magics, and the files that <c>#r</c> and <c>#load</c> name.</summary>
internal static class DirectiveCompletion
{
    private static readonly string[] s_directives = ["#r", "#load"];

    /// <summary>What may stand at a position; null where C# stands there.</summary>
    public static Completions? At(string code, int position)
    {
        string before = CellText.LineBefore(code, position), line = before.TrimStart();
        if (!line.StartsWith('#')) return null;
        int start = position - line.Length;
        if (line.StartsWith("#!", StringComparison.Ordinal) || line is "#") return Magics(line, start, position);
        foreach (string directive in s_directives)
        {
            string rest = line.StartsWith(directive, StringComparison.Ordinal) ? line[directive.Length..].TrimStart() : "";
            if (!rest.StartsWith('"')) continue;
            string path = rest[1..];
            return path.Contains('"', StringComparison.Ordinal) ? new Completions(position, position, []) : Files(path, position, directive == "#r" ? ".dll" : ".csx");
        }
        return null;
    }

    private static Completions Magics(string typed, int start, int position)
    {
        if (typed.Contains(' ', StringComparison.Ordinal)) return new Completions(position, position, []);
        IEnumerable<(string Text, string Does)> magics = MagicCell.Commands.Concat(MagicCell.Languages.Select(l => (l.Name, l.Does))).Select(m => ("#!" + m.Item1, m.Item2));
        return new Completions(start, position, [.. magics.Where(m => m.Text.StartsWith(typed, StringComparison.OrdinalIgnoreCase)).Select(m => new Execution.Completion(m.Text, "magic", "", m.Does))]);
    }

    private static Completions Files(string typed, int position, string ending)
    {
        if (typed.StartsWith("nuget:", StringComparison.OrdinalIgnoreCase)) return new Completions(position, position, []);
        int slash = typed.LastIndexOfAny(['/', '\\']) + 1;
        string name = typed[slash..];
        List<Execution.Completion> items = [];
        if (name.Length == 0 && slash == 0 && ending == ".dll") items.Add(new("nuget: ", "module", "", "A NuGet package: #r \"nuget: Name, Version\"."));
        try
        {
            DirectoryInfo folder = new(Path.GetFullPath(typed[..slash], Environment.CurrentDirectory));
            foreach (FileSystemInfo entry in folder.EnumerateFileSystemInfos().OrderBy(e => e.Name, StringComparer.OrdinalIgnoreCase))
            {
                if (!entry.Name.StartsWith(name, StringComparison.OrdinalIgnoreCase) || entry.Name.StartsWith('.') && name.Length == 0) continue;
                if (entry is DirectoryInfo) items.Add(new(entry.Name + "/", "folder", "", ""));
                else if (Path.GetExtension(entry.Name).Equals(ending, StringComparison.OrdinalIgnoreCase) || ending == ".csx" && entry.Name.EndsWith(".cs", StringComparison.OrdinalIgnoreCase)) items.Add(new(entry.Name, "file", "", ""));
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // No such folder, or none that may be read: nothing to offer.
        }
        return new Completions(position - name.Length, position, items);
    }
}
