using System.Globalization;

namespace Interp.Notebook.Server;

/// <summary>The kernel's log: a line an event, with its time.</summary>
internal sealed class KernelLog : IDisposable
{
    private readonly TextWriter _writer;
    private readonly bool _owned;

    /// <param name="path">The file to append to; null for the process's standard error, which cells cannot redirect.</param>
    public KernelLog(string? path)
    {
        _owned = path is not null;
        Stream stream = path is null ? Console.OpenStandardError() : new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
        _writer = TextWriter.Synchronized(new StreamWriter(stream) { AutoFlush = true });
    }

    public void Write(string line)
    {
        try
        {
            _writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"[interp {DateTime.Now:HH:mm:ss.fff}] {line}"));
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // A log that nobody reads any more must not end the kernel.
        }
    }

    public void Dispose()
    {
        if (_owned) _writer.Dispose();
    }
}
