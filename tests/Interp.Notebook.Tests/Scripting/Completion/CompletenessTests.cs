using Interp.Notebook.Execution;

namespace Interp.Notebook.Tests.Scripting.Completion;

public sealed class CompletenessTests
{
    [Theory]
    [InlineData("1 + 1", "complete", "")]
    [InlineData("var x = 1;", "complete", "")]
    [InlineData("", "complete", "")]
    [InlineData("#!time\nx", "complete", "")]
    [InlineData("#!markdown\nfoo (", "complete", "")]
    [InlineData("#r \"nuget: X\"", "complete", "")]
    [InlineData("if (a)\n{", "incomplete", "    ")]
    [InlineData("if (a)\n{\n    while (b) {\n", "incomplete", "        ")]
    [InlineData("F(1,", "incomplete", "    ")]
    [InlineData("F(new[] { 1,", "incomplete", "    ")]
    [InlineData("#!time\nclass C {", "incomplete", "    ")]
    [InlineData("/* comment", "incomplete", "")]
    [InlineData("var s = @\"text", "incomplete", "")]
    [InlineData("var x = 1 +", "incomplete", "")]
    [InlineData("var = ;", "invalid", "")]
    [InlineData("}", "invalid", "")]
    public async Task A_text_is_whole_or_begun_or_wrong(string code, string status, string indent)
    {
        await using Notebook notebook = new();
        Assert.Equal(new Completeness(status, indent), notebook.Session.IsComplete(code));
    }
}
