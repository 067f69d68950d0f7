using System.CommandLine;
using System.CommandLine.Parsing;
using System.Diagnostics;
using Interp.Notebook.Documents;
using Interp.Notebook.Execution;
using Interp.Notebook.Scripting;

namespace Interp.Cli.Commands;

/// <summary><c>interp notebook run</c>: runs a notebook from its first cell to its last.</summary>
internal static class NotebookRunCommand
{
    public static Command Create()
    {
        Argument<FileInfo> notebook = new("NOTEBOOK") { Description = "An .ipynb or .dib file. Its folder is the working directory of its cells." };
        Option<FileInfo?> output = new("--out") { Description = "The file to write with all outputs: .ipynb (also the notebook itself) or .html. Without it the outputs' text is printed.", HelpName = "FILE" };
        Option<string[]> parameters = new("--parameters", "-p")
        {
            Description = "Values for what the cell tagged 'parameters' declares, such as steps=100 name=small.",
            HelpName = "NAME=VALUE",
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => [],
        };
        Option<double?> timeout = new("--timeout") { Description = "The longest that one cell may run.", HelpName = "SECONDS" };
        Option<bool> json = SharedOptions.Json();
        Command command = new("run", "Run a notebook from its first cell to its last. A cell that fails ends the run with 1; what was put out until then is saved.") { notebook, output, parameters, timeout, json };
        output.Validators.Add(CheckEnding);
        parameters.Validators.Add(result =>
        {
            foreach (Token token in result.Tokens)
                if (token.Value.IndexOf('=', StringComparison.Ordinal) < 1) result.AddError($"--parameters takes NAME=VALUE, such as steps=100, not '{token.Value}'.");
        });
        timeout.Validators.Add(result =>
        {
            if (!result.Errors.Any() && !(result.GetValueOrDefault<double?>() is > 0 and <= 1e6)) result.AddError("--timeout takes a number of seconds above 0 and at most 1000000.");
        });
        command.SetAction((parsed, cancel) => RunAsync(
            parsed.GetRequiredValue(notebook).FullName, parsed.GetValue(output)?.FullName, [.. parsed.GetValue(parameters)!.Select(Pair)], parsed.GetValue(timeout), parsed.GetValue(json), cancel));
        return command;
    }

    /// <summary>Refuses an output file of no known format before anything runs.</summary>
    public static void CheckEnding(OptionResult result)
    {
        if (result.Tokens is [var token] && !NotebookDocument.CanSave(token.Value)) result.AddError($"{result.Option.Name} takes a file that ends with .ipynb, .html or .dib, not '{token.Value}'.");
    }

    private static async Task<int> RunAsync(string path, string? target, KeyValuePair<string, string>[] parameters, double? timeout, bool json, CancellationToken cancel)
    {
        NotebookDocument document = NotebookDocument.Open(path);
        List<string> notes = [];
        // Cells take the console over; what is printed here goes past them.
        (TextWriter output, TextWriter errors, TextReader input) = (Console.Out, Console.Error, Console.In);
        string folder = Environment.CurrentDirectory;
        long start = Stopwatch.GetTimestamp();
        using ProgressLine line = new();
        void Note(string text)
        {
            notes.Add(text);
            line.Keep(text);
        }
        NotebookFailure? failure;
        int executed;
        try
        {
            NotebookParameters.Inject(document, parameters, Note);
            Environment.CurrentDirectory = Path.GetDirectoryName(path)!;
            await using CSharpSession session = new(runsOnce: true);
            NotebookRun run = new(session, document)
            {
                CellTimeout = timeout is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
                Starting = (i, n, cell) => line.Report($"cell {i} of {n}: {FirstLine(cell.Source)}", (i - 1.0) / n, Stopwatch.GetElapsedTime(start) * ((n - i + 1.0) / Math.Max(1, i - 1))),
                Note = Note,
                Echo = target is null && !json ? (stream, text) => (stream == StreamName.Stdout ? output : errors).Write(text) : null,
            };
            try
            {
                failure = await run.RunAsync(cancel);
            }
            finally
            {
                executed = run.Executed;
                if (target is not null) run.Save(target);
            }
        }
        catch (FormatException e)
        {
            throw new UsageException(e.Message);
        }
        catch (OperationCanceledException) when (target is not null)
        {
            line.Keep($"Stopped; {target} has the outputs until then.");
            throw;
        }
        finally
        {
            Environment.CurrentDirectory = folder;
            Console.SetOut(output);
            Console.SetError(errors);
            Console.SetIn(input);
        }
        line.Dispose();
        if (failure is not null) Terminal.Error($"cell {failure.Cell}, [{failure.ExecutionCount}]: {string.Join('\n', failure.Error.Traceback)}");
        if (json)
        {
            Terminal.WriteJson(new
            {
                Notebook = path,
                Out = target,
                Executed = executed,
                Seconds = Stopwatch.GetElapsedTime(start).TotalSeconds,
                Failed = failure is null ? null : new { failure.Cell, failure.ExecutionCount, failure.Error.Name, failure.Error.Message, failure.Error.Traceback },
                Notes = notes,
            });
        }
        else if (target is not null)
        {
            Console.Out.WriteLine($"{executed} cells in {ProgressLine.Duration(Stopwatch.GetElapsedTime(start))}: {target}");
        }
        return failure is null ? CommandRunner.Done : CommandRunner.Failed;
    }

    private static KeyValuePair<string, string> Pair(string text)
    {
        int at = text.IndexOf('=', StringComparison.Ordinal);
        return new(text[..at].Trim(), text[(at + 1)..]);
    }

    private static string FirstLine(string source) => source.Split('\n').Select(l => l.Trim()).FirstOrDefault(l => l.Length > 0) ?? "";
}
