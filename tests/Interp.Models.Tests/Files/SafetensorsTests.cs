using System.Buffers.Binary;
using System.Text;
using Interp.Files;

namespace Interp.Models.Tests.Files;

public sealed class SafetensorsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_is_saved_opens_to_the_same_bits_names_order_and_metadata()
    {
        Rng random = new(1);
        Dictionary<string, Tensor> tensors = new()
        {
            ["b"] = Tensor.Normal(random, 1, 3, 4, 5),
            ["a"] = Tensor.From([float.NaN, float.NegativeInfinity, -0f, float.Epsilon], 4),
            ["scalar"] = Tensor.From([1.5f]),
            ["empty"] = Tensor.Zeros(0, 7),
            // Large enough to be viewed in the mapped file.
            ["large \"ä\""] = Tensor.Normal(random, 1, 512, 600),
        };
        string path = _folder.File("sub/x.safetensors");
        SafetensorsFile.Save(path, tensors, new Dictionary<string, string> { ["step"] = "12" });
        SafetensorsFile file = SafetensorsFile.Open(path);
        Assert.Equal(tensors.Keys, file.Tensors.Keys);
        Assert.Equal("12", Assert.Single(file.Metadata).Value);
        foreach ((string name, Tensor tensor) in tensors) Agreement.AssertSameBits(name, tensor, file.Read(name));
        Assert.Equal(["x.safetensors"], Directory.GetFiles(_folder.File("sub")).Select(Path.GetFileName));
    }

    [Fact]
    public void Writing_to_a_tensor_that_was_read_leaves_the_file_as_it_is()
    {
        string path = _folder.File("x.safetensors");
        SafetensorsFile.Save(path, new Dictionary<string, Tensor> { ["x"] = Tensor.Full(1, 600, 600) });
        Tensor read = SafetensorsFile.Open(path).Read("x");
        read.Span.Fill(2);
        Assert.Equal(2, read[599, 599]);
        Assert.Equal(1, SafetensorsFile.Open(path).Read("x")[599, 599]);
    }

    [Fact]
    public void A_failed_save_leaves_the_old_file_and_nothing_else()
    {
        string path = _folder.File("x.safetensors");
        SafetensorsFile.Save(path, new Dictionary<string, Tensor> { ["x"] = Tensor.Full(1, 2) });
        Assert.Throws<InvalidOperationException>(() => AtomicFile.Write(path, stream =>
        {
            stream.WriteByte(1);
            throw new InvalidOperationException();
        }));
        Assert.Equal(1, SafetensorsFile.Open(path).Read("x")[1]);
        Assert.Single(Directory.GetFiles(_folder.Path));
    }

    public static TheoryData<string, string, float[]> ElementTypes() => new()
    {
        { "F64", "000000000000F83F00000000000000C0", [1.5f, -2] },
        { "F32", "0000C03F000000C0", [1.5f, -2] },
        { "F16", "003E00C0", [1.5f, -2] },
        { "BF16", "C03F00C0", [1.5f, -2] },
        { "I64", "0100000000000000FEFFFFFFFFFFFFFF", [1, -2] },
        { "I32", "01000000FEFFFFFF", [1, -2] },
        { "I16", "0100FEFF", [1, -2] },
        { "I8", "01FE", [1, -2] },
        { "U64", "0100000000000000FE00000000000000", [1, 254] },
        { "U32", "01000000FE000000", [1, 254] },
        { "U16", "0100FE00", [1, 254] },
        { "U8", "01FE", [1, 254] },
        { "BOOL", "0001", [0, 1] },
    };

    [Theory, MemberData(nameof(ElementTypes))]
    public void Every_element_type_becomes_float32(string type, string hex, float[] expected)
    {
        byte[] data = Convert.FromHexString(hex);
        string path = Write($$$"""{"x":{"dtype":"{{{type}}}","shape":[2],"data_offsets":[0,{{{data.Length}}}]}}""", data);
        Assert.Equal(expected, SafetensorsFile.Open(path).Read("x").Span.ToArray());
    }

    [Fact]
    public void Half_and_brain_floats_of_every_length_agree_with_conversion_one_by_one()
    {
        Rng random = new(2);
        for (int n = 0; n < 70; n++)
        {
            ushort[] bits = [.. Enumerable.Range(0, n).Select(_ => (ushort)random.Next(65536))];
            byte[] bytes = System.Runtime.InteropServices.MemoryMarshal.AsBytes<ushort>(bits).ToArray();
            float[] half = new float[n], brain = new float[n];
            ElementConversion.ToSingle(ElementType.F16, bytes, half);
            ElementConversion.ToSingle(ElementType.BF16, bytes, brain);
            Assert.Equal(bits.Select(b => (float)BitConverter.UInt16BitsToHalf(b)), half);
            Assert.Equal(bits.Select(b => BitConverter.UInt32BitsToSingle((uint)b << 16)), brain);
        }
    }

    [Theory]
    [InlineData("""{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 4, "truncated")]
    [InlineData("""{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 12, "belong to no tensor")]
    [InlineData("""{"x":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}""", 12, "belong to no tensor")]
    [InlineData("""{"x":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}""", 8, "its shape needs 12 bytes")]
    [InlineData("""{"x":{"dtype":"F4","shape":[2],"data_offsets":[0,8]}}""", 8, "element type 'F4'")]
    [InlineData("""{"x":{"dtype":"F32","shape":[-1],"data_offsets":[0,8]}}""", 8, "non-negative")]
    [InlineData("""{"x":{"dtype":"F32","shape":[2.5],"data_offsets":[0,8]}}""", 8, "non-negative integers")]
    [InlineData("""{"x":{"dtype":"F32","shape":[65536,65536],"data_offsets":[0,8]}}""", 8, "elements")]
    [InlineData("""{"x":{"dtype":"F32","shape":[4294967296,4294967296,0],"data_offsets":[0,0]}}""", 0, "elements")]
    [InlineData("""{"x":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}""", 8, "do not lie within")]
    [InlineData("""{"x":{"dtype":"F32","shape":[2],"data_offsets":[-8,0]}}""", 8, "do not lie within")]
    [InlineData("""{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,18446744073709551615]}}""", 8, "two integers")]
    [InlineData("""{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"y":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}""", 12, "they overlap")]
    [InlineData("""{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"x":{"dtype":"F32","shape":[2],"data_offsets":[8,16]}}""", 16, "not valid JSON")]
    [InlineData("""{"x":{"dtype":"F32","shape":[2]}}""", 8, "needs dtype")]
    [InlineData("""{"x":7}""", 8, "needs dtype")]
    [InlineData("""{"__metadata__":{"a":1}}""", 0, "not a string")]
    [InlineData("""["x"]""", 0, "not a JSON object")]
    [InlineData("""{"x\ud800":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 8, "not valid JSON")]
    [InlineData("""{"x":""", 8, "not valid JSON")]
    public void A_defect_is_one_error_that_names_the_file_and_says_what(string header, int dataLength, string says)
    {
        string path = Write(header, new byte[dataLength]);
        ModelFileException e = Assert.Throws<ModelFileException>(() => SafetensorsFile.Open(path));
        Assert.Contains(says, e.Message, StringComparison.Ordinal);
        Assert.StartsWith(path, e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("01020304")]
    [InlineData("FFFFFFFFFFFFFFFF")]
    [InlineData("FFFFFFFFFFFFFF7F7B7D")]
    [InlineData("030000000000000000007B7D")]
    public void A_wrong_header_length_is_an_error(string hex) =>
        Assert.Throws<ModelFileException>(() => SafetensorsFile.Open(_folder.Write("x.safetensors", Convert.FromHexString(hex))));

    [Fact]
    public void A_missing_file_and_a_missing_tensor_are_named()
    {
        Assert.Contains("nowhere", Assert.Throws<ModelFileException>(() => SafetensorsFile.Open(_folder.File("nowhere"))).Message, StringComparison.Ordinal);
        string path = Write("{}", []);
        Assert.Contains("'y'", Assert.Throws<ModelFileException>(() => SafetensorsFile.Open(path).Read("y")).Message, StringComparison.Ordinal);
    }

    private string Write(string header, byte[] data)
    {
        byte[] text = Encoding.UTF8.GetBytes(header);
        byte[] length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, text.Length);
        return _folder.Write("x.safetensors", [.. length, .. text, .. data]);
    }
}
