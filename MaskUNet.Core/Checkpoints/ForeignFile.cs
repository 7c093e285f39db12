using System.Text;

namespace MaskUNet.Checkpoints;

/// <summary>Recognises what people find under a checkpoint's name besides checkpoints.</summary>
internal static class ForeignFile
{
    /// <summary>The number of first bytes that <see cref="Describe"/> needs.</summary>
    public const int Needed = 512;

    private const int TarMagic = 257;

    /// <summary>What the file is and what to do, or null for none of the known kinds.</summary>
    /// <param name="start">The first bytes, <see cref="Needed"/> of them where the file has so many.</param>
    public static string? Describe(ReadOnlySpan<byte> start)
    {
        var text = Encoding.Latin1.GetString(start).TrimStart();
        return start switch
        {
            [] => "it is empty (0 bytes); copy or download it again",
            _ when text.StartsWith("version https://git-lfs", StringComparison.Ordinal)
                => "it is a Git LFS pointer, not the file itself; fetch it with 'git lfs pull', or download the file",
            _ when text.StartsWith("<!DOCTYPE", StringComparison.OrdinalIgnoreCase) || text.StartsWith("<html", StringComparison.OrdinalIgnoreCase)
                => "it is an HTML page, most likely an error or a login page saved in place of the file; download it again",
            _ when text.StartsWith('{') || text.StartsWith('[') => "it is JSON text, not a safetensors or PyTorch file",
            _ when start.StartsWith("PK"u8) => "it is a zip archive, as PyTorch's checkpoints are, not a safetensors file",
            _ when start.StartsWith("GGUF"u8) => "it is a GGUF file, which this library does not read; use the safetensors file of the model",
            [0x93, (byte)'N', (byte)'U', (byte)'M', ..] => "it is a NumPy array, not a checkpoint",
            [0x1F, 0x8B, ..] => "it is compressed with gzip; unpack it first",
            _ when start.Length > TarMagic + 5 && start.Slice(TarMagic, 5).SequenceEqual("ustar"u8)
                => "it is a tar archive; PyTorch's tar format of 2017 is not supported, save the file again with a newer PyTorch",
            [0x80, >= 2 and <= 5, ..] => "it is a Python pickle",
            _ => null,
        };
    }
}
