namespace Interp.Notebook.Install;

/// <summary>Where Jupyter's clients look for kernels, by the rules of Python's jupyter_core, without Python.</summary>
/// <param name="Platform">The operating system.</param>
/// <param name="Home">The user's home folder.</param>
/// <param name="Variable">Reads an environment variable; null or empty where it is not set.</param>
internal sealed record JupyterFolders(JupyterPlatform Platform, string Home, Func<string, string?> Variable)
{
    /// <summary>This machine's and this user's.</summary>
    public static JupyterFolders Here => new(
        OperatingSystem.IsWindows() ? JupyterPlatform.Windows : OperatingSystem.IsMacOS() ? JupyterPlatform.MacOS : JupyterPlatform.Linux,
        Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), Environment.GetEnvironmentVariable);

    /// <summary>The user's data folder: what JUPYTER_DATA_DIR says, else the platform's.</summary>
    public string User => Set("JUPYTER_DATA_DIR") ?? Platform switch
    {
        JupyterPlatform.Windows => Path.Combine(Set("APPDATA") ?? Path.Combine(Home, "AppData", "Roaming"), "jupyter"),
        JupyterPlatform.MacOS => Path.Combine(Home, "Library", "Jupyter"),
        _ => Path.Combine(Set("XDG_DATA_HOME") ?? Path.Combine(Home, ".local", "share"), "jupyter"),
    };

    /// <summary>The prefix of the Python environment that is active in this shell; null where none is.</summary>
    public string? ActivePrefix => Set("VIRTUAL_ENV") ?? Set("CONDA_PREFIX");

    /// <summary>Every data folder in which clients look, the first found winning.</summary>
    public IEnumerable<string> SearchPath
    {
        get
        {
            string[] named = Set("JUPYTER_PATH")?.Split(Platform == JupyterPlatform.Windows ? ';' : ':', StringSplitOptions.RemoveEmptyEntries) ?? [];
            string[] active = ActivePrefix is { } prefix ? [OfPrefix(prefix)] : [];
            string[] machine = Platform == JupyterPlatform.Windows
                ? Set("PROGRAMDATA") is { } all ? [Path.Combine(all, "jupyter")] : []
                : ["/usr/local/share/jupyter", "/usr/share/jupyter"];
            return [.. named, User, .. active, .. machine];
        }
    }

    /// <summary>The data folder of a Python environment or of another prefix such as /usr/local.</summary>
    public static string OfPrefix(string prefix) => Path.Combine(Path.GetFullPath(prefix), "share", "jupyter");

    /// <summary>A kernel's folder in a data folder.</summary>
    public static string Kernel(string dataFolder, string name) => Path.Combine(dataFolder, "kernels", name);

    private string? Set(string variable) => Variable(variable) is { Length: > 0 } value ? value : null;
}
