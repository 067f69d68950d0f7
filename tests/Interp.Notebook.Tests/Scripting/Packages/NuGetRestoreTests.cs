using System.Runtime.InteropServices;
using Interp.Notebook.Scripting.Packages;
using Interp.Tests.Shared;

namespace Interp.Notebook.Tests.Scripting.Packages;

public sealed class NuGetRestoreTests : IDisposable
{
    private static readonly CancellationToken s_cancel = TestContext.Current.CancellationToken;

    private readonly PackageFeed _feed = new();
    private readonly List<string> _told = [];
    private readonly NuGetRestore _restore;

    public NuGetRestoreTests() => _restore = new NuGetRestore(_feed.Cache, _feed.NotebookFolder);

    public void Dispose() => _feed.Dispose();

    private Task<PackageFiles> Restore(params string[] packages) => _restore.RestoreAsync([.. packages.Select(PackageName.Parse)], [], _told.Add, s_cancel);

    private static IEnumerable<string> Names(IEnumerable<string> paths) => paths.Select(p => Path.GetFileName(p)).Order(StringComparer.Ordinal);

    [Fact]
    public async Task Packages_come_with_what_they_need_from_the_sources_of_the_notebooks_own_folder()
    {
        // A package may be for some platforms: only this one's native library counts.
        _feed.Add("Test.Base", "1.0.0", "public static class Base { public static int One => 1; }", files:
        [
            ($"runtimes/{RestoreProject.Platform}/native/libtestbase.so", "here"), ("runtimes/win-arm/native/libtestbase.so", "elsewhere"),
        ]);
        _feed.Add("Test.Top", "2.0.0", "public static class Top { }", dependency: "Test.Base/1.0.0", files: ("interactive-extensions/dotnet/extension.dib", "#!csharp\nusing Test;"));
        _feed.Add("Test.Floating", "1.0.0", "public static class Floating { }");
        _feed.Add("Test.Floating", "1.1.0", "public static class Floating { }");
        _feed.Add("Test.Floating", "2.0.0-beta.1", "public static class Floating { }");

        PackageFiles files = await Restore("nuget: Test.Top, 2.0.0", "nuget:Test.Floating");
        Assert.Equal(["Test.Base.dll", "Test.Floating.dll", "Test.Top.dll"], Names(files.Assemblies));
        Assert.Equal(Names(files.Assemblies), Names(files.References));
        Assert.Equal("here", await File.ReadAllTextAsync(Assert.Single(files.NativeLibraries), s_cancel));
        Assert.Equal("#!csharp\nusing Test;", await File.ReadAllTextAsync(Assert.Single(files.Extensions), s_cancel));
        Assert.Equal(["Installed Test.Floating 1.1.0", "Installed Test.Top 2.0.0"], _told.Order(StringComparer.Ordinal));
        Assert.Contains("1.1.0", files.Assemblies.Single(a => a.Contains("Floating", StringComparison.Ordinal)));

        // Of an assembly that may be loaded there is no second version until the kernel restarts.
        PackageFiles preview = await Restore("nuget: Test.Top, 2.0.0", "nuget: Test.Floating", "nuget: Test.Floating, *-*");
        Assert.Contains("1.1.0", preview.Assemblies.Single(a => a.Contains("Floating", StringComparison.Ordinal)));
        Assert.Contains("1.1.0", preview.References.Single(a => a.Contains("Floating", StringComparison.Ordinal)));
        Assert.Contains(_told, line => line.Contains("Restart the kernel", StringComparison.Ordinal) && line.Contains("Test.Floating", StringComparison.Ordinal));
        Assert.Contains("2.0.0-beta.1", Assert.Single((await new NuGetRestore(_feed.Cache, _feed.NotebookFolder).RestoreAsync([new("Test.Floating", "*-*")], [], _told.Add, s_cancel)).Assemblies));
    }

    [Fact]
    public async Task Exact_versions_that_were_installed_once_need_neither_source_nor_SDK()
    {
        _feed.Add("Test.Once", "1.0.0", "public static class Once { }");
        PackageFiles first = await Restore("nuget: Test.Once, 1.0.0");
        Directory.Delete(_feed.Feed, recursive: true);
        PackageFiles again = await new NuGetRestore(_feed.Cache, _feed.NotebookFolder, dotnet: "no-such-dotnet").RestoreAsync([new("Test.Once", "1.0.0")], [], _told.Add, s_cancel);
        Assert.Equal(first.Assemblies, again.Assemblies);
    }

    [Fact]
    public async Task The_notebook_can_name_a_folder_as_a_further_source()
    {
        _feed.Add("Test.Elsewhere", "1.0.0", "public static class Elsewhere { }", feed: Path.Combine(_feed.NotebookFolder, "my packages"));
        PackageFiles files = await _restore.RestoreAsync([new("Test.Elsewhere", null)], ["my packages"], _told.Add, s_cancel);
        Assert.Equal("Test.Elsewhere.dll", Path.GetFileName(Assert.Single(files.Assemblies)));
    }

    [Fact]
    public async Task What_the_kernel_itself_runs_with_stays_and_the_user_is_told()
    {
        _feed.Add("MathNet.Numerics", "99.0.0", "public static class Newer { }");
        _feed.Add("System.Numerics.Tensors", "1.0.0", "public static class Older { }");
        PackageFiles files = await Restore("nuget: MathNet.Numerics, 99.0.0", "nuget: System.Numerics.Tensors, 1.0.0");
        Assert.Empty(files.Assemblies);
        Assert.All(files.References, r => Assert.StartsWith(AppContext.BaseDirectory, r));
        Assert.Contains(_told, l => l.Contains("MathNet.Numerics 99.0.0.0", StringComparison.Ordinal) && l.Contains("may fail", StringComparison.Ordinal));
        Assert.Contains(_told, l => l.Contains("System.Numerics.Tensors 1.0.0.0", StringComparison.Ordinal) && l.Contains("newer", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_cannot_be_had_is_explained_in_one_message()
    {
        _feed.Add("Test.Present", "1.0.0", "public static class Present { }");
        _feed.Add("Test.Preview", "1.0.0-beta", "public static class Preview { }");
        InvalidOperationException error = await Assert.ThrowsAsync<InvalidOperationException>(() => Restore("nuget: Test.Absent, 1.0.0", "nuget: Test.Present, 3.0.0", "nuget: Test.Preview, 1.0.0"));
        string[] lines = error.Message.Split('\n');
        Assert.Equal("Could not install Test.Absent 1.0.0, Test.Present 3.0.0, Test.Preview 1.0.0.", lines[0]);
        Assert.Contains("Test.Absent: no source has a package of this name (asked: test-feed). Check its spelling", error.Message);
        Assert.Contains(lines, l => l.Contains("Test.Present: no source has this version", StringComparison.Ordinal) && l.Contains("Nearest version: 1.0.0", StringComparison.Ordinal));
        Assert.Contains("Test.Preview", error.Message);
        // The failed set is not remembered as whole.
        Assert.Single((await Restore("nuget: Test.Present, 1.0.0")).Assemblies);
    }

    [Fact]
    public async Task A_source_that_is_not_there_is_named()
    {
        InvalidOperationException error = await Assert.ThrowsAsync<InvalidOperationException>(() => _restore.RestoreAsync([new("Test.Any", "1.0.0")], ["no-such-folder"], _told.Add, s_cancel));
        Assert.Contains("cannot be reached", error.Message);
        Assert.Contains("no-such-folder", error.Message);
    }

    [Fact]
    public async Task Without_an_SDK_the_message_says_what_to_install()
    {
        NuGetRestore none = new(_feed.Cache, _feed.NotebookFolder, dotnet: "no-such-dotnet");
        InvalidOperationException error = await Assert.ThrowsAsync<InvalidOperationException>(() => none.RestoreAsync([new("Test.Any", "1.0.0")], [], _told.Add, s_cancel));
        Assert.Contains("https://dotnet.microsoft.com/download", error.Message);
    }

    [Fact]
    public async Task Interrupting_ends_the_restore()
    {
        using CancellationTokenSource interrupt = new();
        Task<PackageFiles> restoring = _restore.RestoreAsync([new("Test.Any", "1.0.0")], [], _told.Add, interrupt.Token);
        await interrupt.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => restoring);
    }

    // From the user's own sources and cache: what another project of this repository restored is there without a network.
    [Fact]
    public async Task A_public_package_with_native_libraries_is_found()
    {
        string installed = Path.Combine(Environment.GetEnvironmentVariable("NUGET_PACKAGES") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages"), "gee.external.capstone", "2.3.0");
        Optional.Need(Directory.Exists(installed) && RuntimeInformation.IsOSPlatform(OSPlatform.Linux), "the package Gee.External.Capstone 2.3.0, on Linux");
        PackageFiles files = await new NuGetRestore(_feed.Cache, Optional.RepositoryRoot).RestoreAsync([new("Gee.External.Capstone", "2.3.0")], [], _told.Add, s_cancel);
        Assert.Equal(["Gee.External.Capstone.dll"], Names(files.Assemblies));
        Assert.All(files.NativeLibraries, l => Assert.Contains(RestoreProject.Platform, l));
        Assert.NotEmpty(files.NativeLibraries);
    }
}
