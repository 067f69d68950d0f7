using Interp.Notebook.Formatting;

namespace Interp.Notebook.Scripting;

/// <summary>Compiles, runs and shows a small cell in the background when a session starts: the first real cell then finds the compiler ready.</summary>
internal static class Warmup
{
    // What most first cells use: usings, a lambda, an interpolated string, a collection, await, a value shown as a table.
    private const string Code = """
        using System.Globalization;
        record Row(int Number, string Text);
        async Task<int> Later(int n) { await Task.Yield(); return n; }
        var rows = new List<Row>();
        foreach (int i in Enumerable.Range(1, 3).Where(i => i > 1)) rows.Add(new Row(await Later(i), $"{i:F1}"));
        rows.ToArray()
        """;

    private static int s_begun;

    /// <summary>Begins, once in a process.</summary>
    public static void Begin()
    {
        if (Interlocked.Exchange(ref s_begun, 1) == 0) new Thread(Run) { IsBackground = true, Name = "warm-up" }.UnsafeStart();
    }

    private static void Run()
    {
        try
        {
            CompiledCell cell = CompiledCell.Of(new Submissions(null, [], new DirectiveResolver(_ => false)), Code, "warm-up", 0);
            Shown.Of(new CellAssemblies().Load(cell)([null, null]).GetAwaiter().GetResult(), () => PlotlySource.Page);
        }
        catch (Exception)
        {
            // Whatever is wrong shows itself in the first real cell.
        }
    }
}
