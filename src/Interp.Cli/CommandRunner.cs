using System.CommandLine;
using System.CommandLine.Parsing;

namespace Interp.Cli;

/// <summary>Parses a command line and runs it: exit code 0 (done), 1 (failed or stopped by the user), 2 (wrong usage).</summary>
internal static class CommandRunner
{
    public const int Done = 0, Failed = 1, Usage = 2;

    public static async Task<int> RunAsync(RootCommand root, string[] args)
    {
        ParseResult parsed = root.Parse(args.Length == 0 ? ["--help"] : args);
        if (parsed.Errors.Count > 0)
        {
            foreach (ParseError error in parsed.Errors) Terminal.Error(error.Message);
            Terminal.Note($"'{CommandPath(parsed.CommandResult)} --help' lists what it takes.");
            return Usage;
        }
        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
        }
        catch (OperationCanceledException)
        {
            Terminal.Error("stopped");
            return Failed;
        }
        catch (UsageException e)
        {
            Terminal.Error(e.Message);
            return Usage;
        }
        catch (Exception e) when (!Terminal.ShowsStackTraces)
        {
            Terminal.Error(e.Message);
            return Failed;
        }
    }

    private static string CommandPath(CommandResult? result)
    {
        Stack<string> names = new();
        for (SymbolResult? r = result; r is not null; r = r.Parent)
            if (r is CommandResult c) names.Push(c.Command.Name);
        return string.Join(' ', names);
    }
}
