namespace Interp.Cli.Tests;

/// <summary>One run of the tool in this process: its exit code and what it printed.</summary>
internal sealed record ToolRun(int ExitCode, string Output, string Errors)
{
    private static readonly SemaphoreSlim s_one = new(1);

    public static async Task<ToolRun> Of(params string[] args)
    {
        // Console is one for the process.
        await s_one.WaitAsync();
        (TextWriter output, TextWriter errors) = (Console.Out, Console.Error);
        using StringWriter toOutput = new(), toErrors = new();
        try
        {
            Console.SetOut(toOutput);
            Console.SetError(toErrors);
            int code = await CommandRunner.RunAsync(Tool.Create(), args);
            return new ToolRun(code, toOutput.ToString(), toErrors.ToString());
        }
        finally
        {
            Console.SetOut(output);
            Console.SetError(errors);
            s_one.Release();
        }
    }
}
