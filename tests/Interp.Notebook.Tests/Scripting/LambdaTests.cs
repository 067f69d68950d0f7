using Interp.Notebook.Scripting;

namespace Interp.Notebook.Tests.Scripting;

/// <summary>Checkpoints in lambdas and queries leave what these mean as it was.</summary>
public sealed class LambdaTests
{
    [Theory]
    [InlineData("int n = 0; Action more = () => n++; more(); n", "1")]
    [InlineData("new[] { 1, 2, 3 }.Where(i => i > 1).Select(i => i * i).Sum()", "13")]
    [InlineData("Func<int, Func<int, int>> add = a => b => a + b; add(1)(2)", "3")]
    [InlineData("var twice = (int x) => x * 2; twice(4)", "8")]
    [InlineData("Func<List<int>> make = () => new(); make().Count", "0")]
    [InlineData("Func<int[]> make = () => [1, 2]; make().Length", "2")]
    [InlineData("await Task.Run(() => 42)", "42")]
    [InlineData("await Task.Run(async () => await Task.Delay(1)); 7", "7")]
    [InlineData("await Task.Run(async () => await Task.FromResult(8))", "8")]
    [InlineData("new List<int> { 1 }.ForEach(Console.WriteLine); new List<int> { 1 }.ForEach(i => Console.WriteLine(i)); 9", "9")]
    [InlineData("delegate ref int Pick(int[] a); int[] xs = [1, 2]; Pick second = (int[] a) => ref a[1]; second(xs) = 5; xs[1]", "5")]
    [InlineData("new[] { 1 }.Select(x => x + 1 // one more\n    ).First()", "2")]
    [InlineData("string Which(Func<object> f) => \"object\"; string Which(Func<string> f) => \"string\"; Which(() => null)", "string")]
    public async Task A_lambda_that_is_an_expression_gives_what_it_gave(string code, string expected)
    {
        await using Notebook notebook = new();
        Assert.Equal(expected, await notebook.Value(code));
        AssertHasCheckpoints(code);
    }

    [Theory]
    [InlineData("string.Join(\" \", from i in new[] { 3, 1, 2 } where i > 1 orderby i descending, -i let j = i * i select j)", "9 4")]
    [InlineData("(from i in new[] { 1, 2 } from j in Enumerable.Range(0, i) select (i, j)).Count()", "3")]
    [InlineData("(from i in new[] { 1, 2 } join j in new[] { 2, 3 } on i equals j select i + j).Single()", "4")]
    [InlineData("(from i in new[] { 1, 2, 3 } join j in new[] { 2, 2 } on i equals j into js select js.Count()).Max()", "2")]
    [InlineData("(from i in new[] { 1, 2, 3 } group i * i by i % 2 into odd where odd.Key == 1 select odd.Sum()).Single()", "10")]
    [InlineData("(from int i in new object[] { 1, 2 } where i > 1 select new { i, Text = $\"{i}\" }).Single().Text", "2")]
    [InlineData("(from i in new[] { 1, 2 }\n where\n i > 1 select(i)).Single()", "2")]
    public async Task A_query_gives_what_it_gave(string code, string expected)
    {
        await using Notebook notebook = new();
        Assert.Equal(expected, await notebook.Value(code));
        AssertHasCheckpoints(code);
    }

    [Theory]
    [InlineData("System.Linq.Expressions.Expression<Func<int, bool>> e = x => x > 1; e.ToString()", "x => (x > 1)")]
    [InlineData("System.Linq.Expressions.Expression<Func<int[], bool>> e = xs => xs.Any(x => x > 1); e.ToString()", "xs => xs.Any(x => (x > 1))")]
    [InlineData("new[] { 1, 2, 3 }.AsQueryable().Where(x => new[] { 2 }.Any(y => y == x)).Single()", "2")]
    [InlineData("(from x in new[] { 1, 2, 3 }.AsQueryable() where new[] { 2 }.Any(y => y == x) select x * 2).Single()", "4")]
    [InlineData("(from x in new[] { 1, 2, 3 }.AsQueryable() where (from y in new[] { 2 } select y).Contains(x) orderby x group x by x % 2).Single().Key", "0")]
    public async Task A_lambda_or_query_that_is_an_expression_tree_stays_one(string code, string expected)
    {
        await using Notebook notebook = new();
        Assert.Equal(expected, await notebook.Value(code));
        // The loop keeps its checkpoint: the cell did not have to do without any.
        AssertHasCheckpoints("for (int i = 0; i < 1; i++) ; " + code);
    }

    [Fact]
    public async Task An_error_in_a_lambda_keeps_its_line()
    {
        await using Notebook notebook = new();
        Assert.Contains((await notebook.Error("new[] { 0 }\n    .Select(x =>\n        1 / x)\n    .Sum()")).Traceback, line => line.StartsWith("   Cell [1], line 3", StringComparison.Ordinal));
        Assert.Contains((await notebook.Error("Func<int> f = () => throw new InvalidOperationException(\"no\");\nf()")).Traceback, line => line.Contains("Cell [2], line 1", StringComparison.Ordinal));
    }

    /// <summary>A cell that checkpoints would break is compiled without them, which its value does not show.</summary>
    private static void AssertHasCheckpoints(string code)
    {
        CompiledCell cell = CompiledCell.Of(new Submissions(null, [], new DirectiveResolver(_ => false)), code, "cell", 1);
        Assert.Empty(cell.Errors);
        Assert.Contains(nameof(Checkpoint), cell.Compilation.SyntaxTrees[0].ToString(), StringComparison.Ordinal);
    }
}
