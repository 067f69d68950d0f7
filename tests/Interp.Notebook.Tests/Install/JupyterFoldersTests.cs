using Interp.Notebook.Install;

namespace Interp.Notebook.Tests.Install;

public sealed class JupyterFoldersTests
{
    // Expected: jupyter_core.paths.jupyter_data_dir() on each platform.
    [Theory]
    [InlineData(nameof(JupyterPlatform.Linux), null, null, "/home/ada/.local/share/jupyter")]
    [InlineData(nameof(JupyterPlatform.Linux), "XDG_DATA_HOME", "/xdg", "/xdg/jupyter")]
    [InlineData(nameof(JupyterPlatform.MacOS), "XDG_DATA_HOME", "/xdg", "/home/ada/Library/Jupyter")]
    [InlineData(nameof(JupyterPlatform.Windows), "APPDATA", "/roaming", "/roaming/jupyter")]
    [InlineData(nameof(JupyterPlatform.Windows), null, null, "/home/ada/AppData/Roaming/jupyter")]
    [InlineData(nameof(JupyterPlatform.Linux), "JUPYTER_DATA_DIR", "/mine", "/mine")]
    [InlineData(nameof(JupyterPlatform.Windows), "JUPYTER_DATA_DIR", "/mine", "/mine")]
    public void The_users_folder_is_the_platforms(string platform, string? variable, string? value, string expected)
    {
        JupyterFolders folders = new(Enum.Parse<JupyterPlatform>(platform), "/home/ada", name => name == variable ? value : null);
        Assert.Equal(expected, folders.User.Replace('\\', '/'));
    }

    [Fact]
    public void Named_folders_come_before_the_users_and_the_active_environments_before_the_machines()
    {
        JupyterFolders folders = new(JupyterPlatform.Linux, "/home/ada", name => name switch
        {
            "JUPYTER_PATH" => "/one:/two",
            "CONDA_PREFIX" => "/conda",
            _ => null,
        });
        Assert.Equal(["/one", "/two", "/home/ada/.local/share/jupyter", "/conda/share/jupyter", "/usr/local/share/jupyter", "/usr/share/jupyter"], folders.SearchPath.Select(f => f.Replace('\\', '/')));
    }
}
