namespace Interp.Notebook.Tests.Scripting;

/// <summary>Code that no interrupt reaches.</summary>
public static class Busy
{
    private static volatile bool s_stop;

    public static bool Stop { get => s_stop; set => s_stop = value; }

    public static void Spin()
    {
        while (!s_stop) Thread.SpinWait(100);
    }
}
