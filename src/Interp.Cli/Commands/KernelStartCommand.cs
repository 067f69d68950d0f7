using System.CommandLine;
using Interp.Notebook.Protocol;
using Interp.Notebook.Scripting;
using Interp.Notebook.Server;

namespace Interp.Cli.Commands;

/// <summary><c>interp kernel start</c>: serves one Jupyter client; what a kernelspec's argv calls.</summary>
internal static class KernelStartCommand
{
    public static Command Create()
    {
        Option<FileInfo> connection = new("--connection-file") { Description = "The client's connection file: ports, address, key.", HelpName = "FILE", Required = true };
        Option<FileInfo?> log = new("--log") { Description = "Append the log to this file instead of standard error.", HelpName = "FILE" };
        Command command = new("start", "Serve one Jupyter client; clients call it as the kernelspec says.") { connection, log };
        command.SetAction((parsed, cancel) => ServeAsync(parsed.GetRequiredValue(connection).FullName, parsed.GetValue(log)?.FullName, cancel));
        return command;
    }

    private static async Task<int> ServeAsync(string connectionFile, string? logFile, CancellationToken cancel)
    {
        using KernelLog log = new(logFile);
        ConnectionFile file = ConnectionFile.Read(connectionFile);
        if (file.Key.Length == 0) log.Write($"warning: {connectionFile} has no key: whoever reaches the ports can run code");
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        ParentProcess.Watch(() =>
        {
            log.Write("the client's process has ended");
            end.Cancel();
        });
        Kernel kernel = new(file, () => new CSharpSession(), new InputHistory(InputHistory.DefaultPath, log.Write), log.Write);
        await using (kernel.ConfigureAwait(false))
        {
            log.Write($"listening on {file.Endpoint(file.ShellPort)}");
            await Task.WhenAny(kernel.Shutdown, Task.Delay(Timeout.Infinite, end.Token)).ConfigureAwait(false);
        }
        log.Write("ended");
        // Threads that cells left behind end with the process.
        Environment.Exit(CommandRunner.Done);
        return CommandRunner.Done;
    }
}
