using Interp.Notebook.Scripting;
using Interp.Notebook.Scripting.Packages;

namespace Interp.Notebook.Tests.Scripting.Packages;

public sealed class PackageCellTests
{
    [Fact]
    public async Task A_cell_uses_the_package_that_it_names_with_its_dependency_and_extension()
    {
        using PackageFeed feed = new();
        feed.Add("Cell.Base", "1.0.0", "namespace Cell.Base; public static class Numbers { public static int Two => 2; }");
        feed.Add("Cell.Top", "1.0.0", "namespace Cell.Top; public static class Sums { public static int Four => 4; }", dependency: "Cell.Base/1.0.0",
            files: ("interactive-extensions/dotnet/extension.dib", "#!csharp\nusing Cell.Top;\nint fromExtension = Sums.Four + 1;\n#!markdown\n# not run"));
        await using Notebook notebook = new() { Session = new CSharpSession(new NuGetRestore(feed.Cache, feed.NotebookFolder)) };
        Assert.Equal("4 2 5", await notebook.Value("#r \"nuget: Cell.Top, 1.0.0\"\n$\"{Sums.Four} {Cell.Base.Numbers.Two} {fromExtension}\""));
        Assert.Contains("Installed Cell.Top 1.0.0", notebook.Output.Stdout);
        Assert.Equal("4", await notebook.Value("Sums.Four"));
        Assert.Contains("Four", (await notebook.Session.CompleteAsync("Sums.F", 6, TestContext.Current.CancellationToken)).Items.Select(i => i.Text));
        Assert.Contains("no source has a package", (await notebook.Error("#r \"nuget: Cell.Absent, 1.0.0\"")).Message);
    }
}
