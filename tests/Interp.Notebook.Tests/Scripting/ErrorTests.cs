using Interp.Notebook.Execution;

namespace Interp.Notebook.Tests.Scripting;

public sealed class ErrorTests
{
    [Fact]
    public async Task A_compilation_error_shows_its_line_and_a_caret_below_the_place()
    {
        await using Notebook notebook = new();
        CellError error = await notebook.Error("int x = 1;\nfor (int i = 0; i < 3; i++) x += nowhere;\n");
        Assert.Equal("CompilationError", error.Name);
        Assert.Equal("(2,34): error CS0103: The name 'nowhere' does not exist in the current context", error.Message);
        Assert.Equal([error.Message, "    for (int i = 0; i < 3; i++) x += nowhere;", "                                     ^^^^^^^"], error.Traceback);
    }

    [Fact]
    public async Task Each_compilation_error_is_told_once()
    {
        await using Notebook notebook = new();
        CellError error = await notebook.Error("int a = \"text\";\nstring b = 5;");
        Assert.Equal(2, error.Traceback.Count(line => line.Contains("error CS0029", StringComparison.Ordinal)));
        error = await notebook.Error("int a = (1;");
        Assert.Contains("error CS1026", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stack_trace_names_the_cell_lines_and_ends_with_the_cell()
    {
        await using Notebook notebook = new();
        await notebook.Value("int Divide(int a, int b)\n{\n    return a / b;\n}");
        CellError error = await notebook.Error("var one = 1;\nDivide(one, 0)");
        Assert.Equal("DivideByZeroException", error.Name);
        Assert.Equal(
            ["DivideByZeroException: Attempted to divide by zero.", "   Cell [1], line 3, in Divide: return a / b;", "   Cell [2], line 2: Divide(one, 0)"],
            error.Traceback);
    }

    [Fact]
    public async Task Expression_bodies_loops_lambdas_and_async_methods_keep_their_lines_and_names()
    {
        await using Notebook notebook = new();
        CellError error = await notebook.Error("""
            class Store
            {
                public int this[string key] => throw new KeyNotFoundException(key);
                public int Get(string key) => this[key];
            }
            async Task<int> Later(Store store)
            {
                await Task.Yield();
                int Local() => store.Get("k");
                foreach (int i in new[] { 1 })
                    return new[] { i }.Select(n => Local()).First();
                return 0;
            }
            await Later(new Store())
            """);
        Assert.Equal("KeyNotFoundException: k", error.Traceback[0]);
        Assert.Contains("   Cell [1], line 4, in Store.Get: public int Get(string key) => this[key];", error.Traceback);
        Assert.Contains("   Cell [1], line 9, in Local: int Local() => store.Get(\"k\");", error.Traceback);
        Assert.Contains("   Cell [1], line 11, in a lambda: return new[] { i }.Select(n => Local()).First();", error.Traceback);
        Assert.Contains("   Cell [1], line 11, in Later: return new[] { i }.Select(n => Local()).First();", error.Traceback);
        Assert.Equal("   Cell [1], line 14: await Later(new Store())", error.Traceback[^1]);
        Assert.DoesNotContain(error.Traceback, line => line.Contains("MoveNext", StringComparison.Ordinal) || line.Contains('|', StringComparison.Ordinal));
    }

    [Fact]
    public async Task Inner_exceptions_are_told_and_mere_wrappers_are_not()
    {
        await using Notebook notebook = new();
        CellError error = await notebook.Error("try { int.Parse(\"x\"); } catch (Exception e) { throw new InvalidOperationException(\"outer\", e); }");
        Assert.Equal("InvalidOperationException", error.Name);
        Assert.Contains(error.Traceback, line => line.StartsWith("caused by FormatException", StringComparison.Ordinal));
        Assert.Equal("TimeoutException", (await notebook.Error("Task.Run(() => { throw new TimeoutException(\"late\"); }).Wait();")).Name);
    }

    [Fact]
    public async Task An_error_in_this_library_points_at_the_cell()
    {
        await using Notebook notebook = new();
        CellError error = await notebook.Error("var t = Tensor.Zeros(2, 3);\nOps.Linear(t, Tensor.Zeros(4, 5))");
        Assert.Contains(error.Traceback, line => line == "   Cell [1], line 2: Ops.Linear(t, Tensor.Zeros(4, 5))");
    }

    [Theory]
    [InlineData("int Down(int n) => Down(n + 1) + 1;\nDown(0)")]
    [InlineData("Func<int, int> down = null;\ndown = n => down(n + 1) + 1;\ndown(0)")]
    public async Task Endless_recursion_is_an_error_and_not_the_end_of_the_process(string code)
    {
        await using Notebook notebook = new();
        CellError error = await notebook.Error(code);
        Assert.Equal("InsufficientExecutionStackException", error.Name);
        Assert.True(error.Traceback.Count < 60);
        Assert.Equal("2", await notebook.Value("1 + 1"));
    }

    [Fact]
    public async Task An_exception_of_a_thread_that_a_cell_started_is_told_and_does_not_end_the_process()
    {
        await using Notebook notebook = new();
        await notebook.Value("var t = new Thread(() => throw new InvalidOperationException(\"in a thread\")); t.Start(); t.Join();");
        for (int i = 0; i < 100 && notebook.Output.Stderr.Length == 0; i++) await Task.Delay(20);
        Assert.Contains("InvalidOperationException: in a thread", notebook.Output.Stderr, StringComparison.Ordinal);
    }
}
