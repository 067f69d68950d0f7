using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Interp.Bench;

/// <summary>Another program that does the same work, run in turns with ours so that both see the same machine.</summary>
internal static partial class Peer
{
    /// <summary>Runs a shell command and returns the first number before <paramref name="unit"/> in what it prints.</summary>
    /// <exception cref="InvalidOperationException">It printed no such number.</exception>
    public static double Measure(string command, string unit)
    {
        (string shell, string option) = OperatingSystem.IsWindows() ? ("cmd", "/c") : ("/bin/sh", "-c");
        using Process process = Process.Start(new ProcessStartInfo(shell, [option, command]) { RedirectStandardOutput = true })!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        foreach (Match number in NumberAndUnit().Matches(output))
            if (number.Groups[2].Value == unit) return double.Parse(number.Groups[1].Value, CultureInfo.InvariantCulture);
        throw new InvalidOperationException($"The peer printed no \"N {unit}\" (exit code {process.ExitCode}): {output}");
    }

    [GeneratedRegex(@"([0-9]+(?:\.[0-9]+)?) ([A-Za-z/]+)")]
    private static partial Regex NumberAndUnit();
}
