using System.IO.Compression;
using System.Text;

namespace MaskUNet.Images;

/// <summary>
/// Text inside PNG files, by keyword: how a generated picture carries its prompt, seed and settings. Reads tEXt, zTXt and iTXt chunks;
/// writes tEXt for plain ASCII and iTXt (UTF-8) for the rest.
/// </summary>
public static class PngText
{
    private const int LongestKeyword = 79;
    private const int LongestText = 16 << 20; // a compressed chunk of a few bytes could claim gigabytes

    /// <summary>Reads a file's texts.</summary>
    /// <param name="path">A PNG file.</param>
    /// <returns>Text by keyword; of equal keywords the first counts.</returns>
    /// <exception cref="ImageException">The file cannot be read, is no PNG file, or is damaged.</exception>
    public static IReadOnlyDictionary<string, string> Read(string path) => Parse(PictureFile.Read(path), path);

    /// <summary>Reads the texts of a PNG file in memory.</summary>
    /// <param name="png">The file's bytes.</param>
    /// <param name="name">What messages call it.</param>
    /// <returns>Text by keyword; of equal keywords the first counts.</returns>
    /// <exception cref="ImageException">The bytes are no PNG file, or a damaged one.</exception>
    public static IReadOnlyDictionary<string, string> Parse(ReadOnlySpan<byte> png, string name = "The picture")
    {
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (type, data) in PngChunks.Read(png, name).Where(chunk => chunk.Type is "tEXt" or "zTXt" or "iTXt"))
        {
            try
            {
                var (keyword, text) = Decode(type, data);
                texts.TryAdd(keyword, text);
            }
            catch (Exception e) when (e is InvalidDataException or ArgumentOutOfRangeException or IndexOutOfRangeException or DecoderFallbackException)
            {
                throw new ImageException($"{name} is damaged: a {type} chunk cannot be read: {e.Message}", e);
            }
        }

        return texts;
    }

    /// <summary>A PNG file with texts added before its pixels.</summary>
    /// <param name="png">A PNG file.</param>
    /// <param name="texts">Text by keyword. A keyword has 1 to 79 printable ASCII characters, no space at either end, none twice in a row.</param>
    /// <exception cref="InvalidOptionException">A keyword breaks these rules, or a text holds a zero character.</exception>
    /// <exception cref="ImageException">The bytes are no PNG file, or a damaged one.</exception>
    public static byte[] Insert(ReadOnlySpan<byte> png, IReadOnlyDictionary<string, string> texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        var chunks = PngChunks.Read(png, "The picture");
        chunks.InsertRange(1, texts.Select(text => Encode(text.Key, text.Value))); // the first is IHDR
        return PngChunks.Write(chunks);
    }

    private static (string Type, byte[] Data) Encode(string keyword, string text)
    {
        if (keyword.Length is 0 or > LongestKeyword || keyword.Any(c => c is < ' ' or > '~') || keyword.Trim() != keyword || keyword.Contains("  ", StringComparison.Ordinal))
        {
            throw new InvalidOptionException($"'{keyword}' cannot be a keyword in a PNG file: 1 to {LongestKeyword} printable ASCII characters are allowed, single spaces between them.");
        }

        if (text.Contains('\0', StringComparison.Ordinal))
        {
            throw new InvalidOptionException($"The text under '{keyword}' holds a zero character, which a PNG file cannot; remove it.");
        }

        var head = Encoding.Latin1.GetBytes(keyword);
        return text.All(c => c is '\n' or (>= ' ' and <= '~'))
            ? ("tEXt", [.. head, 0, .. Encoding.Latin1.GetBytes(text)])
            : ("iTXt", [.. head, 0, 0, 0, 0, 0, .. Encoding.UTF8.GetBytes(text)]); // not compressed, no language, no translated keyword
    }

    private static (string Keyword, string Text) Decode(string type, ReadOnlySpan<byte> data)
    {
        var keyword = Encoding.Latin1.GetString(Field(ref data));
        switch (type)
        {
            case "tEXt":
                return (keyword, Encoding.Latin1.GetString(data));
            case "zTXt":
                return (keyword, Encoding.Latin1.GetString(Inflate(data[1..])));
            default:
                var compressed = data[0] != 0;
                data = data[2..];
                _ = Field(ref data); // language
                _ = Field(ref data); // translated keyword
                return (keyword, new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(compressed ? Inflate(data) : data));
        }
    }

    private static ReadOnlySpan<byte> Field(ref ReadOnlySpan<byte> data)
    {
        var end = data.IndexOf((byte)0);
        var field = data[..end];
        data = data[(end + 1)..];
        return field;
    }

    private static byte[] Inflate(ReadOnlySpan<byte> data)
    {
        using var stream = new ZLibStream(new MemoryStream(data.ToArray()), CompressionMode.Decompress);
        var text = new byte[LongestText + 1];
        var length = stream.ReadAtLeast(text, text.Length, throwOnEndOfStream: false);
        return length <= LongestText ? text[..length] : throw new InvalidDataException($"the text is longer than {LongestText} bytes");
    }
}
