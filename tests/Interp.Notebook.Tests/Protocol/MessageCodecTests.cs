using System.Text;
using System.Text.Json.Nodes;
using Interp.Notebook.Protocol;

namespace Interp.Notebook.Tests.Protocol;

public sealed class MessageCodecTests
{
    private static JupyterMessage Sample => new(
        ["peer"u8.ToArray()],
        new JsonObject { ["msg_id"] = "1", ["msg_type"] = "execute_request" },
        [],
        [],
        new JsonObject { ["code"] = "\"é😀</script>\"" },
        [[1, 2, 3]]);

    [Fact]
    public void A_message_survives_encoding_and_decoding()
    {
        MessageCodec codec = new("secret");
        JupyterMessage back = codec.Decode(codec.Encode(Sample));
        Assert.Equal("execute_request", back.Type);
        Assert.Equal("\"é😀</script>\"", back.Content["code"]!.GetValue<string>());
        Assert.Equal("peer", Encoding.ASCII.GetString(back.Identities[0]));
        Assert.Equal([1, 2, 3], back.Buffers[0]);
    }

    // Reference: Python's hmac.new(b"key", b'{"a":1}{}{}{}', hashlib.sha256).hexdigest().
    [Fact]
    public void The_signature_is_the_HMAC_SHA256_of_the_four_JSON_frames()
    {
        byte[][] frames = new MessageCodec("key").Encode(new JupyterMessage([], new JsonObject { ["a"] = 1 }, [], [], [], []));
        Assert.Equal("f1128388193e4dd1aa760827bd756a1b40b627676b5efe22c0e8297919bfa218", Encoding.ASCII.GetString(frames[1]));
    }

    [Fact]
    public void A_wrong_key_a_changed_frame_and_a_missing_signature_are_refused()
    {
        byte[][] frames = new MessageCodec("key").Encode(Sample);
        Assert.Contains("signature", Assert.Throws<FormatException>(() => new MessageCodec("other").Decode(frames)).Message);
        Assert.Contains("signature", Assert.Throws<FormatException>(() => new MessageCodec("key").Decode(new MessageCodec("").Encode(Sample))).Message);
        frames[^2] = Encoding.UTF8.GetBytes("{\"code\":\"rm\"}");
        Assert.Contains("signature", Assert.Throws<FormatException>(() => new MessageCodec("key").Decode(frames)).Message);
    }

    [Fact]
    public void Frames_that_are_no_message_are_refused()
    {
        MessageCodec codec = new("");
        Assert.Throws<FormatException>(() => codec.Decode([]));
        Assert.Throws<FormatException>(() => codec.Decode(["<IDS|MSG>"u8.ToArray(), []]));
        Assert.Throws<FormatException>(() => codec.Decode(["<IDS|MSG>"u8.ToArray(), [], "{}"u8.ToArray(), "{}"u8.ToArray(), "{}"u8.ToArray(), "not json"u8.ToArray()]));
        Assert.Throws<FormatException>(() => codec.Decode(["<IDS|MSG>"u8.ToArray(), [], "[]"u8.ToArray(), "{}"u8.ToArray(), "{}"u8.ToArray(), "{}"u8.ToArray()]));
    }
}
