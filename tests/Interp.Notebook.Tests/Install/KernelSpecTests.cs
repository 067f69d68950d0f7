using System.Text.Json.Nodes;
using Interp.Notebook.Install;

namespace Interp.Notebook.Tests.Install;

public sealed class KernelSpecTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("interp-spec-").FullName;

    private Installation Tool => new([Path.Combine(_folder, "tool", "interp")], Path.Combine(_folder, "tool"), "/dotnet");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_registration_holds_what_clients_read()
    {
        KernelSpec spec = KernelSpec.Write(Path.Combine(_folder, "kernels", "mine"), "My C#", Tool);
        JsonNode json = JsonNode.Parse(File.ReadAllText(Path.Combine(spec.Folder, "kernel.json")))!;
        Assert.Equal([.. Tool.Command, "kernel", "start", "--connection-file", "{connection_file}"], json["argv"]!.AsArray().Select(a => (string)a!));
        Assert.Equal("My C#", (string)json["display_name"]!);
        Assert.Equal("csharp", (string)json["language"]!);
        Assert.Equal("message", (string)json["interrupt_mode"]!);
        Assert.Equal("/dotnet", (string)json["env"]!["DOTNET_ROOT"]!);
        Assert.Equal("mine", spec.Name);
        Assert.Equal(Tool.Command, spec.Command);
    }

    [Theory]
    [InlineData("logo-32x32.png", 32)]
    [InlineData("logo-64x64.png", 64)]
    public void The_logos_have_the_size_of_their_names(string name, int size)
    {
        KernelSpec spec = KernelSpec.Write(Path.Combine(_folder, "k"), "C#", Tool);
        byte[] png = File.ReadAllBytes(Path.Combine(spec.Folder, name));
        // PNG: an 8-byte signature, the size and name of the first chunk, then width and height.
        Assert.Equal("PNG"u8.ToArray(), png[1..4]);
        Assert.Equal(size, System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(16)));
        Assert.Equal(size, System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(20)));
        Assert.Contains("<svg", File.ReadAllText(Path.Combine(spec.Folder, "logo-svg.svg")));
    }

    [Fact]
    public void Only_its_own_registration_is_replaced()
    {
        string own = Path.Combine(_folder, "own"), foreign = Path.Combine(_folder, "foreign");
        KernelSpec.Write(own, "before", Tool);
        Assert.Equal("after", KernelSpec.Write(own, "after", Tool).DisplayName);
        Directory.CreateDirectory(foreign);
        File.WriteAllText(Path.Combine(foreign, "kernel.json"), """{"argv": ["python"], "display_name": "Python", "metadata": {"debugger": true}}""");
        Assert.Contains("another program's", Assert.Throws<IOException>(() => KernelSpec.Write(foreign, "C#", Tool)).Message);
        Assert.Contains("python", File.ReadAllText(Path.Combine(foreign, "kernel.json")));
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("[]")]
    [InlineData("""{"metadata": 3}""")]
    [InlineData("""{"metadata": {"interp": {"version": 1}}}""")]
    public void A_broken_registration_is_nobodys(string json)
    {
        File.WriteAllText(Path.Combine(_folder, "kernel.json"), json);
        Assert.Null(KernelSpec.Read(_folder));
    }

    [Fact]
    public void A_registration_whose_program_is_gone_is_told_from_one_that_runs()
    {
        KernelSpec spec = KernelSpec.Write(Path.Combine(_folder, "k"), "C#", Tool);
        Assert.False(spec.IsRunnable);
        Directory.CreateDirectory(Tool.Folder);
        File.WriteAllText(Tool.Command[0], "");
        Assert.True(spec.IsRunnable);
    }

    [Fact]
    public void Registrations_are_found_where_clients_look()
    {
        KernelSpec.Write(JupyterFolders.Kernel(Path.Combine(_folder, "data"), "a"), "A", Tool);
        KernelSpec.Write(JupyterFolders.Kernel(JupyterFolders.OfPrefix(Path.Combine(_folder, "env")), "b"), "B", Tool);
        JupyterFolders folders = new(JupyterPlatform.Linux, _folder, name => name switch
        {
            "JUPYTER_DATA_DIR" => Path.Combine(_folder, "data"),
            "VIRTUAL_ENV" => Path.Combine(_folder, "env"),
            _ => null,
        });
        Assert.Equal(["A", "B"], KernelSpec.Find(folders).Where(k => k.Folder.StartsWith(_folder, StringComparison.Ordinal)).Select(k => k.DisplayName));
    }

    [Theory]
    [InlineData("interp", true)]
    [InlineData("c-sharp_1.0", true)]
    [InlineData("a b", false)]
    [InlineData("../up", false)]
    [InlineData("", false)]
    public void A_name_is_what_jupyter_client_takes(string name, bool isName) => Assert.Equal(isName, KernelSpec.IsName(name));
}
