using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Interp.Notebook.Formatting;

namespace Interp;

/// <summary>A picture that a notebook shows: PNG, JPEG, GIF or SVG.</summary>
/// <example><code>
/// Image.FromFile("phase-change.png")
/// </code></example>
public sealed class Image : IMimeContent
{
    private readonly byte[] _data;

    private Image(byte[] data, string mimeType) => (_data, MimeType) = (data, mimeType);

    /// <summary>What kind of picture it is, such as <c>image/png</c>.</summary>
    public string MimeType { get; }

    /// <summary>A picture from the bytes of its file; they say what kind it is.</summary>
    /// <param name="data">The content of a PNG, JPEG, GIF or SVG file.</param>
    /// <exception cref="ArgumentException">The bytes are of none of these.</exception>
    public static Image Of(byte[] data)
    {
        ArgumentNullException.ThrowIfNull(data);
        ReadOnlySpan<byte> start = data;
        string? mimeType =
            start is [0x89, (byte)'P', (byte)'N', (byte)'G', ..] ? "image/png"
            : start is [0xff, 0xd8, 0xff, ..] ? "image/jpeg"
            : start.StartsWith("GIF8"u8) ? "image/gif"
            : start[..Math.Min(1024, start.Length)].IndexOf("<svg"u8) >= 0 ? "image/svg+xml"
            : null;
        return mimeType is null
            ? throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"These {data.Length} bytes are no PNG, JPEG, GIF or SVG picture."), nameof(data))
            : new Image(data, mimeType);
    }

    /// <summary>A picture from a file.</summary>
    /// <param name="path">A PNG, JPEG, GIF or SVG file.</param>
    /// <exception cref="ArgumentException">The file is none of these.</exception>
    public static Image FromFile(string path) => Of(File.ReadAllBytes(path));

    /// <summary>Its kind and size.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{MimeType}, {_data.Length} bytes");

    JsonObject IMimeContent.ToMime() => new()
    {
        ["text/plain"] = ToString(),
        [MimeType] = MimeType == "image/svg+xml" ? Encoding.UTF8.GetString(_data) : Convert.ToBase64String(_data),
    };
}
