using System.Diagnostics;
using System.Globalization;
using Microsoft.Win32.SafeHandles;

namespace Interp.Notebook.Server;

/// <summary>The client process that started the kernel: when it dies without a word, the kernel must not stay behind.</summary>
internal static class ParentProcess
{
    /// <summary>What a Jupyter client sets to ask for it: a process id, or on Windows the value of an inherited handle.</summary>
    public const string Variable = "JPY_PARENT_PID";

    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(1);

    /// <summary>Calls <paramref name="died"/> when the process that <see cref="Variable"/> names has ended; does nothing where it names none.</summary>
    public static void Watch(Action died)
    {
        if (!long.TryParse(Environment.GetEnvironmentVariable(Variable), NumberStyles.None, CultureInfo.InvariantCulture, out long value) || value <= 1) return;
        // A thread of its own: a cell may keep the whole thread pool busy.
        new Thread(() => Wait(value, died)) { IsBackground = true, Name = "kernel parent" }.Start();
    }

    private static void Wait(long value, Action died)
    {
        if (OperatingSystem.IsWindows()) WaitForHandle((nint)value);
        else WaitForId((int)value);
        died();
    }

    private static void WaitForHandle(nint handle)
    {
        using EventWaitHandle parent = new(false, EventResetMode.ManualReset) { SafeWaitHandle = new SafeWaitHandle(handle, ownsHandle: false) };
        parent.WaitOne();
    }

    private static void WaitForId(int id)
    {
        try
        {
            using Process parent = Process.GetProcessById(id);
            // The id may be given to another process later; its start tells them apart.
            DateTime started = parent.StartTime;
            while (true)
            {
                Thread.Sleep(s_interval);
                using Process now = Process.GetProcessById(id);
                if (now.StartTime != started) return;
            }
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
        }
    }
}
