using System.Security.Cryptography;
using System.Text;

namespace MaskUNet.Samples.Results;

/// <summary>Short texts that tell contents apart.</summary>
internal static class ContentHash
{
    private const int Length = 12;

    /// <summary>Of the weights in a file, or in all files of a folder.</summary>
    public static string OfWeights(string path)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        string[] files = File.Exists(path) ? [path] : Directory.GetFiles(path, "*.safetensors", SearchOption.AllDirectories);
        foreach (var file in files.Order(StringComparer.Ordinal))
        {
            hash.AppendData(File.ReadAllBytes(file));
        }

        return Short(hash.GetHashAndReset());
    }

    /// <summary>Of texts.</summary>
    public static string Of(params IEnumerable<string> texts) => Short(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', texts))));

    private static string Short(byte[] hash) => Convert.ToHexStringLower(hash)[..Length];
}
