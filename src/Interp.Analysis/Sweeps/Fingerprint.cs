using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Interp.Sweeps;

/// <summary>Short names of data, 16 hexadecimal digits of its SHA-256: what results were measured on.</summary>
internal static class Fingerprint
{
    /// <summary>Of a text.</summary>
    public static string Of(string text) => Short(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    /// <summary>Of numbers, bit by bit.</summary>
    public static string Of(ReadOnlySpan<float> values) => Short(SHA256.HashData(MemoryMarshal.AsBytes(values)));

    /// <summary>Of a model: its shape and all its weights.</summary>
    public static string Of(IHookedModel model)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(model.Config.ToString()));
        foreach ((string name, Tensor weight) in model.Parameters.OrderBy(p => p.Key, StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes(name));
            hash.AppendData(MemoryMarshal.AsBytes(weight.Span));
        }
        return Short(hash.GetHashAndReset());
    }

    private static string Short(byte[] hash) => Convert.ToHexStringLower(hash)[..16];
}
