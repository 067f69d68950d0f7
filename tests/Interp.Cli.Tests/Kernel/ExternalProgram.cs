using System.ComponentModel;
using System.Diagnostics;
using Interp.Tests.Shared;

namespace Interp.Cli.Tests.Kernel;

/// <summary>Programs that the tests run: Python, Node, and the tool as a process of its own.</summary>
internal static class ExternalProgram
{
    /// <summary>The operating system's Python, whose packages its package manager installs; another one on the path may lack them.</summary>
    public static string Python { get; } = File.Exists("/usr/bin/python3") ? "/usr/bin/python3" : "python3";

    /// <summary>The command that runs the tool as this project was built with it.</summary>
    public static string[] Tool { get; } = ["dotnet", Path.Combine(AppContext.BaseDirectory, "interp.dll")];

    /// <summary>A program run to its end.</summary>
    /// <exception cref="Win32Exception">There is no such program.</exception>
    public static (int ExitCode, string Output, string Errors) Run(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null, string? folder = null)
    {
        ProcessStartInfo start = new(program) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder ?? "" };
        foreach (string argument in arguments) start.ArgumentList.Add(argument);
        foreach ((string name, string value) in environment ?? new Dictionary<string, string>()) start.Environment[name] = value;
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, errors.Result);
    }

    /// <summary>Ends the test where Python cannot import a package.</summary>
    public static void NeedPython(string package) => Optional.Need(Succeeds(Python, "-c", $"import {package}"), $"Python's {package}");

    /// <summary>Whether a program is there and ends with 0.</summary>
    public static bool Succeeds(string program, params string[] arguments)
    {
        try
        {
            return Run(program, arguments).ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }
}
