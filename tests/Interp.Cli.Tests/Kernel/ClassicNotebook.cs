using Interp.Rendering;
using Interp.Tests.Shared;

namespace Interp.Cli.Tests.Kernel;

/// <summary>tests/tools/classic/classic.mjs: the classic notebook server with this kernel, driven in a browser as a user would.</summary>
public sealed class ClassicNotebook : CheckScript
{
    private static readonly string s_script = ToolPath("classic", "classic.mjs");

    public static TheoryData<string> Checks => new(Names(s_script, @"check\(""(\w+)"""));

    /// <summary>Ends the test where something of it is not there.</summary>
    public static void Need()
    {
        ExternalProgram.NeedPython("notebook");
        Optional.Need(Browser.Find() is not null, "a Chromium browser");
        Optional.Need(ExternalProgram.Succeeds("node", "--version"), "node 20 or later");
        Optional.Need(
            Directory.Exists(ToolPath("classic", "node_modules", "playwright-core")) || ExternalProgram.Succeeds("npm", "ci", "--silent", "--prefix", ToolPath("classic")),
            "npm, and a registry that has the packages of tests/tools/classic");
    }

    protected override string RunAll()
    {
        using InstalledKernel kernel = new();
        (_, string output, string errors) = ExternalProgram.Run("node", [s_script, ExternalProgram.Python, Browser.Find()!, kernel.Folder], kernel.Environment);
        return output + errors;
    }
}
