namespace Interp.Cli.Tests.Kernel;

/// <summary>tests/tools/kernel/conformance.py: the kernel as Python's jupyter_client sees it.</summary>
public sealed class KernelConformance : CheckScript
{
    private static readonly string s_script = ToolPath("kernel", "conformance.py");

    public static TheoryData<string> Checks => new(Names(s_script, @"^def check_(\w+)"));

    protected override string RunAll()
    {
        (_, string output, string errors) = ExternalProgram.Run(ExternalProgram.Python, [s_script, .. ExternalProgram.Tool]);
        return output + errors;
    }
}
