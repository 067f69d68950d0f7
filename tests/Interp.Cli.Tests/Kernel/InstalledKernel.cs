namespace Interp.Cli.Tests.Kernel;

/// <summary>A Jupyter data folder of its own with this build's kernel in it, installed by the tool.</summary>
internal sealed class InstalledKernel : IDisposable
{
    public InstalledKernel()
    {
        (int code, _, string errors) = ExternalProgram.Run(ExternalProgram.Tool[0], [.. ExternalProgram.Tool[1..], "kernel", "install"], Environment);
        Assert.True(code == 0, errors);
    }

    /// <summary>An empty folder for notebooks.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("interp-jupyter-").FullName;

    /// <summary>What makes Jupyter's programs see this kernel and leave the user's files alone.</summary>
    public IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string>
    {
        ["JUPYTER_DATA_DIR"] = Path.Combine(Folder, ".data"),
        ["JUPYTER_CONFIG_DIR"] = Path.Combine(Folder, ".config"),
        ["JUPYTER_RUNTIME_DIR"] = Path.Combine(Folder, ".runtime"),
        ["IPYTHONDIR"] = Path.Combine(Folder, ".ipython"),
        ["XDG_DATA_HOME"] = Path.Combine(Folder, ".share"),
    };

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
