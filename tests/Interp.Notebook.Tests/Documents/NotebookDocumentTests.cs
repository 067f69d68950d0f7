using System.Text.Json.Nodes;
using Interp.Notebook.Documents;

namespace Interp.Notebook.Tests.Documents;

public sealed class NotebookDocumentTests
{
    // As Jupyter writes it, with what this library does not know, numbers in three spellings, escapes and text beyond ASCII.
    private const string Jupyter = """
        {
         "cells": [
          {
           "attachments": {},
           "cell_type": "markdown",
           "id": "intro",
           "metadata": {},
           "source": [
            "# Ünïcode 😀 \u2028 \ud800\n",
            "\ttab"
           ]
          },
          {
           "cell_type": "code",
           "execution_count": 7,
           "id": "a-1",
           "metadata": {
            "tags": [
             "parameters"
            ],
            "theirs": {
             "z": 1.50,
             "a": 1e3,
             "big": 12345678901234567890123
            }
           },
           "outputs": [
            {
             "name": "stdout",
             "output_type": "stream",
             "text": [
              "one\n"
             ]
            }
           ],
           "source": "int steps = 3;"
          }
         ],
         "metadata": {
          "kernelspec": {
           "display_name": "C# (interp)",
           "language": "C#",
           "name": "x"
          },
          "unknown": [
           null,
           true,
           []
          ]
         },
         "nbformat": 4,
         "nbformat_minor": 5,
         "theirs": "</script>"
        }

        """;

    [Fact]
    public void What_was_read_is_written_back_byte_for_byte()
    {
        Assert.Equal(Jupyter, NotebookDocument.Read(Jupyter).ToJson());
        foreach (string indent in (string[])["  ", "    ", "\t"])
        {
            string other = string.Join('\n', Jupyter.TrimEnd().Split('\n').Select(l => string.Concat(Enumerable.Repeat(indent, l.Length - l.TrimStart(' ').Length)) + l.TrimStart(' ')));
            Assert.Equal(other, NotebookDocument.Read(other).ToJson());
        }
    }

    [Fact]
    public void A_changed_cell_changes_its_own_lines_alone()
    {
        NotebookDocument document = NotebookDocument.Read(Jupyter);
        document.Cells[1].ExecutionCount = 1;
        document.Cells[1].Outputs.Clear();
        string[] before = Jupyter.Split('\n'), after = document.ToJson().Split('\n');
        Assert.Equal(["   \"execution_count\": 1,", "   \"outputs\": [],"], after.Except(before));
    }

    [Fact]
    public void Cells_tell_what_they_are()
    {
        NotebookDocument document = NotebookDocument.Read(Jupyter);
        Assert.Equal([CellKind.Markdown, CellKind.Code], document.Cells.Select(c => c.Kind));
        Assert.Equal("# Ünïcode 😀 \u2028 \ufffd\n\ttab", document.Cells[0].Source);
        Assert.Equal("int steps = 3;", document.Cells[1].Source);
        Assert.Equal(["parameters"], document.Cells[1].Tags);
        Assert.Equal(7, document.Cells[1].ExecutionCount);
        Assert.Equal("csharp", document.Cells[1].Language);
    }

    [Theory]
    [InlineData("""{"polyglot_notebook": {"kernelName": "fsharp"}}""", "fsharp")]
    [InlineData("""{"dotnet_interactive": {"language": "F#"}}""", "fsharp")]
    [InlineData("""{"vscode": {"languageId": "polyglot-notebook"}}""", "csharp")]
    [InlineData("""{"polyglot_notebook": {"kernelName": "myDatabase"}}""", "mydatabase")]
    [InlineData("{}", "csharp")]
    public void A_cells_language_is_found_where_Polyglot_Notebooks_writes_it(string metadata, string language)
    {
        JsonObject cell = new() { ["cell_type"] = "code", ["source"] = "", ["metadata"] = JsonNode.Parse(metadata) };
        Assert.Equal(language, new NotebookCell(cell, "csharp").Language);
    }

    [Fact]
    public void A_new_cell_is_laid_out_as_Jupyter_does_it_and_gets_an_id_of_its_own()
    {
        NotebookDocument document = NotebookDocument.Read(Jupyter);
        document.Insert(1, CellKind.Code, "a\nb\r\nc\u2028d", "intro", new JsonObject { ["tags"] = new JsonArray("x") });
        Assert.Contains("""
              {
               "cell_type": "code",
               "execution_count": null,
               "id": "intro-2",
               "metadata": {
                "tags": [
                 "x"
                ]
               },
               "outputs": [],
               "source": [
                "a\n",
                "b\r\n",
            """.ReplaceLineEndings("\n"), document.ToJson());
        Assert.Equal("a\nb\r\nc\u2028d", NotebookDocument.Read(document.ToJson()).Cells[1].Source);
    }

    [Fact]
    public void Cells_get_no_ids_before_format_4_5()
    {
        NotebookDocument document = NotebookDocument.Read("""{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 4}""");
        document.Insert(0, CellKind.Markdown, "text", "id");
        Assert.DoesNotContain("\"id\"", document.ToJson());
    }

    [Theory]
    [InlineData("", "not the JSON")]
    [InlineData("[]", "not an object")]
    [InlineData("{}", "nbformat")]
    [InlineData("""{"nbformat": 3, "worksheets": []}""", "nbconvert")]
    [InlineData("""{"nbformat": 5, "cells": []}""", "format 5")]
    [InlineData("""{"nbformat": 4}""", "cells")]
    [InlineData("""{"nbformat": 4, "nbformat": 4, "cells": []}""", "nbformat")]
    [InlineData("""{"nbformat": 4, "cells": [{"cell_type": "code", "source": ""}, {"source": ""}]}""", "Cell 2")]
    [InlineData("""{"nbformat": 4, "cells": [{"cell_type": "code", "source": 3}]}""", "source")]
    [InlineData("""{"nbformat": 4, "cells": [{"cell_type": "heading", "source": ""}]}""", "heading")]
    [InlineData("""{"nbformat": 4, "cells": [{"cell_type": "code", "source": "", "outputs": {}}]}""", "outputs")]
    [InlineData("""{"nbformat": 4, "cells": [7]}""", "Cell 1")]
    public void What_is_no_notebook_is_refused_with_the_reason(string json, string reason) =>
        Assert.Contains(reason, Assert.Throws<FormatException>(() => NotebookDocument.Read(json)).Message);

    [Fact]
    public void Saving_goes_by_the_ending()
    {
        string folder = Directory.CreateTempSubdirectory("interp-notebook-").FullName;
        try
        {
            NotebookDocument document = NotebookDocument.Read(Jupyter);
            string path = Path.Combine(folder, "new", "a.ipynb");
            document.Save(path);
            Assert.Equal(Jupyter, File.ReadAllText(path));
            Assert.Equal(document.Cells[1].Source, NotebookDocument.Open(path).Cells[1].Source);
            Assert.Contains(".ipynb", Assert.Throws<ArgumentException>(() => document.Save(Path.Combine(folder, "a.txt"))).Message);
            File.WriteAllText(path, "{");
            Assert.StartsWith(path, Assert.Throws<FormatException>(() => NotebookDocument.Open(path)).Message);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
