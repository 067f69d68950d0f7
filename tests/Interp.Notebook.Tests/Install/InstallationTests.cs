using Interp.Notebook.Install;

namespace Interp.Notebook.Tests.Install;

public sealed class InstallationTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("interp-installation-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_copy_has_all_files_runs_itself_and_replaces_an_older_one()
    {
        string from = Path.Combine(_folder, "from"), to = Path.Combine(_folder, "deep", "to");
        Directory.CreateDirectory(Path.Combine(from, "runtimes", "native"));
        File.WriteAllText(Path.Combine(from, "interp.dll"), "new");
        File.WriteAllText(Path.Combine(from, "runtimes", "native", "lib"), "n");
        Directory.CreateDirectory(to);
        File.WriteAllText(Path.Combine(to, "stale"), "old");

        Installation copy = new Installation(["/dotnet/dotnet", Path.Combine(from, "interp.dll")], from, "/dotnet").CopyTo(to);
        Assert.Equal(["/dotnet/dotnet", Path.Combine(to, "interp.dll")], copy.Command);
        Assert.Equal("new", File.ReadAllText(copy.Command[1]));
        Assert.True(File.Exists(Path.Combine(to, "runtimes", "native", "lib")));
        Assert.False(File.Exists(Path.Combine(to, "stale")));
        Assert.Equal([to], Directory.GetDirectories(Path.GetDirectoryName(to)!));
    }

    [Fact]
    public void Build_output_is_told_from_a_stable_folder()
    {
        string project = Path.Combine(_folder, "project"), output = Path.Combine(project, "bin", "Release", "net10.0"), stable = Path.Combine(_folder, "bin", "interp");
        Directory.CreateDirectory(output);
        Directory.CreateDirectory(stable);
        File.WriteAllText(Path.Combine(project, "Tool.csproj"), "");
        Assert.True(new Installation([], output, null).IsBuildOutput);
        Assert.False(new Installation([], stable, null).IsBuildOutput);
    }

    [Fact]
    public void This_process_is_a_command_that_exists()
    {
        Installation here = Installation.Current();
        Assert.True(File.Exists(here.Command[0]), here.Command[0]);
        Assert.Equal(Path.Combine(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory), "interp.dll"), here.Command[1]);
    }
}
