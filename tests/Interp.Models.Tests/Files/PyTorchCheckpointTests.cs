using System.Text.Json;
using Interp.Files;
using Interp.Tests.Shared;

namespace Interp.Models.Tests.Files;

/// <summary>The files of fixtures/pytorch, made by PyTorch (make.py).</summary>
public sealed class PyTorchCheckpointTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("plain.pt")]
    [InlineData("protocol4.pt")]
    [InlineData("training.pt")]
    public void Every_kind_of_tensor_is_rebuilt(string name)
    {
        PyTorchCheckpoint checkpoint = PyTorchCheckpoint.Open(Fixture(name));
        using JsonDocument expected = JsonDocument.Parse(File.ReadAllText(Fixture("expected.json")));
        Assert.Equal(expected.RootElement.EnumerateObject().Select(p => p.Name), checkpoint.Tensors.Keys);
        foreach (JsonProperty tensor in expected.RootElement.EnumerateObject())
        {
            foreach (bool view in new[] { true, false })
            {
                Tensor actual = checkpoint.Read(tensor.Name, view);
                Assert.Equal(tensor.Value.GetProperty("shape").EnumerateArray().Select(n => n.GetInt32()), actual.Shape.ToArray());
                Assert.Equal(tensor.Value.GetProperty("values").EnumerateArray().Select(x => x.GetSingle()), actual.Span.ToArray());
            }
        }
    }

    [Fact]
    public void Which_entry_holds_the_weights_can_be_said_and_must_where_it_is_not_clear()
    {
        Assert.Contains("a, b", Assert.Throws<ModelFileException>(() => PyTorchCheckpoint.Open(Fixture("ambiguous.pt"))).Message, StringComparison.Ordinal);
        Assert.Equal(["x"], PyTorchCheckpoint.Open(Fixture("ambiguous.pt"), state: "b").Tensors.Keys);
        Assert.Contains("'c'", Assert.Throws<ModelFileException>(() => PyTorchCheckpoint.Open(Fixture("ambiguous.pt"), state: "c")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("module.pt", "torch.nn.modules.linear.Linear")]
    [InlineData("legacy.pt", "before 1.6")]
    [InlineData("expected.json", "no zip archive")]
    public void What_is_not_a_dictionary_of_tensors_is_refused_by_name(string name, string says) =>
        Assert.Contains(says, Assert.Throws<ModelFileException>(() => PyTorchCheckpoint.Open(Fixture(name))).Message, StringComparison.Ordinal);

    [Fact]
    public void A_truncated_file_is_an_error_wherever_it_ends()
    {
        byte[] whole = File.ReadAllBytes(Fixture("plain.pt"));
        for (int length = 0; length < whole.Length; length += 97)
            Assert.Throws<ModelFileException>(() => PyTorchCheckpoint.Open(_folder.Write("x.pt", whole[..length])));
    }

    [Theory]
    [InlineData("cos\nsystem\n(X\u0002\u0000\u0000\u0000lstR.", "os.system")]
    [InlineData("c__builtin__\neval\n.", "__builtin__.eval")]
    [InlineData("N.", "not a dictionary")]
    [InlineData("", "truncated")]
    [InlineData("(", "truncated")]
    [InlineData("0.", "missing")]
    [InlineData("t.", "mark")]
    [InlineData("h\u0007.", "memory 7")]
    [InlineData("}N.u.", "")]
    [InlineData("\u00ff.", "opcode 0xFF")]
    public void A_pickle_cannot_call_anything_and_a_damaged_one_is_an_error(string pickle, string says)
    {
        byte[] bytes = System.Text.Encoding.Latin1.GetBytes(pickle);
        string path = _folder.File("x.pt");
        using (System.IO.Compression.ZipArchive zip = System.IO.Compression.ZipFile.Open(path, System.IO.Compression.ZipArchiveMode.Create))
        using (Stream entry = zip.CreateEntry("x/data.pkl", System.IO.Compression.CompressionLevel.NoCompression).Open()) entry.Write(bytes);
        Assert.Contains(says, Assert.Throws<ModelFileException>(() => PyTorchCheckpoint.Open(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_compressed_archive_is_refused()
    {
        string path = _folder.File("x.pt");
        using (System.IO.Compression.ZipArchive zip = System.IO.Compression.ZipFile.Open(path, System.IO.Compression.ZipArchiveMode.Create))
        using (Stream entry = zip.CreateEntry("x/data.pkl", System.IO.Compression.CompressionLevel.Optimal).Open()) entry.Write(new byte[1000]);
        Assert.Contains("compressed", Assert.Throws<ModelFileException>(() => PyTorchCheckpoint.Open(path)).Message, StringComparison.Ordinal);
    }

    private static string Fixture(string name) => Path.Combine(Optional.RepositoryRoot, "tests", "Interp.Models.Tests", "fixtures", "pytorch", name);
}
