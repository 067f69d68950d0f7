using Interp.Notebook.Server;

namespace Interp.Notebook.Tests.Server;

public sealed class CodePointsTests
{
    [Theory]
    [InlineData("abc", 2, 2)]
    [InlineData("😀a", 1, 2)]
    [InlineData("a😀b", 2, 3)]
    [InlineData("😀😀", 2, 4)]
    // Half a pair alone is one of its own.
    [InlineData("\ud83dx", 1, 1)]
    public void Positions_count_code_points(string text, int codePoints, int utf16)
    {
        Assert.Equal(utf16, CodePoints.ToUtf16(text, codePoints));
        Assert.Equal(codePoints, CodePoints.FromUtf16(text, utf16));
    }

    [Fact]
    public void A_position_outside_the_text_is_its_end()
    {
        Assert.Equal(2, CodePoints.ToUtf16("😀", 9));
        Assert.Equal(0, CodePoints.ToUtf16("😀", -1));
        Assert.Equal(1, CodePoints.FromUtf16("😀", 9));
    }
}
