using Interp.Notebook.Server;

namespace Interp.Notebook.Tests.Server;

public sealed class InputHistoryTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("interp-history-").FullName;

    private string File => Path.Combine(_folder, "deep", "history.db");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Later_sessions_find_the_inputs_of_earlier_ones()
    {
        using (InputHistory first = new(File, Fail)) first.Add(1, "var a = 1;", null);
        using InputHistory second = new(File, Fail);
        second.Add(1, "a + 1", "2");
        Assert.Equal([new HistoryEntry(1, 1, "var a = 1;", null), new HistoryEntry(2, 1, "a + 1", "2")], second.Tail(10));
        Assert.Equal(["a + 1"], second.Tail(1).Select(e => e.Source));
        Assert.Equal(["var a = 1;"], second.Range(-1, 1, 2).Select(e => e.Source));
        Assert.Equal(["var a = 1;"], second.Range(1, 0, 9).Select(e => e.Source));
        Assert.Equal(["a + 1"], second.Range(0, 1, 2).Select(e => e.Source));
        Assert.Empty(second.Range(0, 2, 9));
    }

    [Fact]
    public void Kernels_share_the_file_at_the_same_time()
    {
        using InputHistory one = new(File, Fail), two = new(File, Fail);
        Parallel.Invoke(() => Add(one, "one"), () => Add(two, "two"));
        Assert.Equal(100, one.Search("one *", 1000, unique: false).Count);
        Assert.Equal(100, one.Search("two *", 1000, unique: false).Count);
        Assert.Equal(2, two.Tail(1000).Select(e => e.Session).Distinct().Count());

        static void Add(InputHistory history, string name)
        {
            for (int i = 0; i < 100; i++) history.Add(i, $"{name} {i}", null);
            // Waits until all are written.
            history.Tail(1);
        }
    }

    [Fact]
    public void A_search_is_a_glob_and_unique_keeps_the_latest()
    {
        using InputHistory history = new(null, Fail);
        foreach ((string source, int line) in ((string, int)[])[("var x = 1;", 1), ("x", 2), ("var x = 1;", 3), ("var y", 4)]) history.Add(line, source, null);
        Assert.Equal([3, 4], history.Search("var ?*", 10, unique: true).Select(e => e.Line));
        Assert.Equal([3, 4], history.Search("var*", 2, unique: false).Select(e => e.Line));
        Assert.Equal([2], history.Search("[w-x]", 10, unique: false).Select(e => e.Line));
    }

    [Fact]
    public void Where_the_file_cannot_be_used_the_session_still_has_its_own_history()
    {
        List<string> log = [];
        string blocked = Path.Combine(_folder, "file");
        System.IO.File.WriteAllText(blocked, "not a folder");
        using InputHistory history = new(Path.Combine(blocked, "history.db"), log.Add);
        history.Add(1, "kept", null);
        Assert.Equal(["kept"], history.Tail(5).Select(e => e.Source));
        Assert.Contains("memory", Assert.Single(log));
    }

    private static void Fail(string line) => Assert.Fail(line);
}
