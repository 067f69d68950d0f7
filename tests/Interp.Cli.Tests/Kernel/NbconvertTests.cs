using System.Text.Json.Nodes;

namespace Interp.Cli.Tests.Kernel;

/// <summary>Notebooks executed by nbconvert, through nbclient.</summary>
[Collection("kernel processes")]
public sealed class NbconvertTests
{
    [Fact]
    public void A_notebook_is_executed_and_keeps_its_outputs()
    {
        ExternalProgram.NeedPython("nbconvert, nbclient");
        using InstalledKernel kernel = new();
        (int code, string errors) = Execute(kernel, "notebook", "var answer = 6 * 7;", "Console.WriteLine($\"answer {answer}\");\nanswer");
        Assert.True(code == 0, errors);
        JsonNode notebook = JsonNode.Parse(File.ReadAllText(Path.Combine(kernel.Folder, "out.ipynb")))!;
        JsonArray outputs = notebook["cells"]![1]!["outputs"]!.AsArray();
        Assert.Equal("answer 42\n", Text(outputs[0]!["text"]!));
        Assert.Equal("42", Text(outputs[1]!["data"]!["text/plain"]!));
        Assert.Equal("csharp", (string)notebook["metadata"]!["language_info"]!["name"]!);
    }

    [Fact]
    public void A_notebook_becomes_a_page()
    {
        ExternalProgram.NeedPython("nbconvert, nbclient");
        using InstalledKernel kernel = new();
        (int code, string errors) = Execute(kernel, "html", "HTML(\"<b>bold</b>\")");
        Assert.True(code == 0, errors);
        string page = File.ReadAllText(Path.Combine(kernel.Folder, "out.html"));
        Assert.Contains("<b>bold</b>", page);
    }

    [Fact]
    public void A_cell_that_fails_ends_the_run_and_is_named()
    {
        ExternalProgram.NeedPython("nbconvert, nbclient");
        using InstalledKernel kernel = new();
        (int code, string errors) = Execute(kernel, "notebook", "throw new InvalidOperationException(\"on purpose\");", "1");
        Assert.NotEqual(0, code);
        Assert.Contains("on purpose", errors);
    }

    private static string Text(JsonNode text) => text is JsonArray lines ? string.Concat(lines.Select(l => (string)l!)) : (string)text!;

    private static (int ExitCode, string Errors) Execute(InstalledKernel kernel, string to, params string[] cells)
    {
        JsonObject notebook = new()
        {
            ["cells"] = new JsonArray([.. cells.Select((code, i) => new JsonObject
            {
                ["cell_type"] = "code",
                ["id"] = $"cell{i}",
                ["metadata"] = new JsonObject(),
                ["execution_count"] = null,
                ["outputs"] = new JsonArray(),
                ["source"] = code,
            })]),
            ["metadata"] = new JsonObject { ["kernelspec"] = new JsonObject { ["name"] = "interp", ["display_name"] = "C# (interp)", ["language"] = "csharp" } },
            ["nbformat"] = 4,
            ["nbformat_minor"] = 5,
        };
        string file = Path.Combine(kernel.Folder, "in.ipynb");
        File.WriteAllText(file, notebook.ToJsonString());
        (int code, _, string errors) = ExternalProgram.Run(ExternalProgram.Python, ["-m", "nbconvert", "--execute", "--to", to, "--output", "out", file], kernel.Environment);
        return (code, errors);
    }
}
