namespace Interp.Plots.Tests;

public sealed class FigurePageTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("interp-page-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_page_of_several_figures_brings_its_library_once_and_shows_titles_and_captions_as_text()
    {
        string one = Path.Combine(_folder, "one.html"), two = Path.Combine(_folder, "new", "two.html");
        Figure figure = Plot.Contributions([("a", 1), ("b", -2)], "part (name)", "value (nats)");
        new FigurePage("<one>").Add(figure).Save(one);
        new FigurePage("two").Add(figure, "first").Add(figure, "a < b").Add(TensorView.Of(Tensor.Zeros(2, 2))).Save(two);
        string first = File.ReadAllText(one), second = File.ReadAllText(two);
        Assert.Contains("<h1>&lt;one&gt;</h1>", first);
        Assert.Contains("a &lt; b", second);
        // A second figure and a small view add a few kB, not another plotly.js.
        Assert.InRange(second.Length - first.Length, 500, 60_000);
        Assert.Throws<ArgumentException>(() => new FigurePage("x").Save(Path.Combine(_folder, "x.png")));
    }
}
