using System.IO.Compression;
using System.Text;
using MaskUNet.Images;

namespace MaskUNet.Tests.Images;

public class PngTextTests
{
    private static readonly RgbImage Picture = new(2, 1, [1, 2, 3, 250, 251, 252]);

    [Theory]
    [InlineData("a red circle, 50 % off; {\"seed\": 1}")]
    [InlineData("two\nlines")]
    [InlineData("tab\tand return\r")]
    [InlineData("Grüße aus Zürich, 日本語 and 🦊 and \u0301")]
    [InlineData("")]
    public void Text_comes_back_as_it_was_written(string text)
    {
        var png = Picture.ToPng(new Dictionary<string, string> { ["prompt"] = text, ["seed"] = "42" });

        PngText.Parse(png).Should().Equal(new Dictionary<string, string> { ["prompt"] = text, ["seed"] = "42" });
        RgbImage.Decode(png).Pixels.ToArray().Should().Equal(Picture.Pixels.ToArray());
    }

    [Fact]
    public void Compressed_text_of_other_programs_is_read()
    {
        byte[] latin = [.. "note\0\0"u8, .. Deflated(Encoding.Latin1.GetBytes("café"))];
        byte[] utf8 = [.. "title\0\u0001\0de\0Titel\0"u8, .. Deflated("Füchse 🦊"u8.ToArray())];
        var chunks = PngChunks.Read(Picture.ToPng(), "picture");
        chunks.InsertRange(1, [("zTXt", latin), ("iTXt", utf8), ("tEXt", [.. "note\0second"u8])]);

        PngText.Parse(PngChunks.Write(chunks)).Should().Equal(new Dictionary<string, string> { ["note"] = "café", ["title"] = "Füchse 🦊" });
    }

    [Theory]
    [InlineData("")]
    [InlineData(" seed")]
    [InlineData("two  spaces")]
    [InlineData("größe")]
    [InlineData("0123456789012345678901234567890123456789012345678901234567890123456789012345678901")]
    public void A_keyword_that_PNG_does_not_allow_is_refused(string keyword)
    {
        var write = () => Picture.ToPng(new Dictionary<string, string> { [keyword] = "text" });
        write.Should().Throw<InvalidOptionException>().WithMessage($"*'{keyword}'*");
    }

    [Fact]
    public void A_zero_character_is_refused()
    {
        var write = () => Picture.ToPng(new Dictionary<string, string> { ["prompt"] = "a\0b" });
        write.Should().Throw<InvalidOptionException>().WithMessage("*'prompt'*");
    }

    [Fact]
    public void Every_truncation_is_an_exception_of_ours()
    {
        var png = Picture.ToPng(new Dictionary<string, string> { ["prompt"] = "a fox" });
        for (var length = 0; length < png.Length; length++)
        {
            var read = () => PngText.Parse(png.AsSpan(0, length));
            read.Should().Throw<ImageException>($"{length} of {png.Length} bytes are no picture");
        }
    }

    [Fact]
    public void Every_flipped_bit_is_an_exception_of_ours()
    {
        var png = Picture.ToPng(new Dictionary<string, string> { ["prompt"] = "a fox" });
        for (var bit = 0; bit < png.Length * 8; bit++)
        {
            var damaged = png.ToArray();
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            var read = () => PngText.Parse(damaged);
            read.Should().Throw<ImageException>($"bit {bit} is flipped");
        }
    }

    [Theory]
    [InlineData("tEXt", "no end of the keyword")]
    [InlineData("zTXt", "note\0\0not deflated")]
    [InlineData("iTXt", "note\0\0\0language")]
    [InlineData("iTXt", "note\0")]
    public void A_text_chunk_that_breaks_its_own_rules_is_an_exception_of_ours(string type, string data)
    {
        var chunks = PngChunks.Read(Picture.ToPng(), "picture");
        chunks.Insert(1, (type, Encoding.Latin1.GetBytes(data)));
        var read = () => PngText.Parse(PngChunks.Write(chunks), "fox.png");
        read.Should().Throw<ImageException>().WithMessage($"*fox.png*{type}*");
    }

    [Fact]
    public void A_compressed_text_that_would_fill_the_memory_is_refused()
    {
        var chunks = PngChunks.Read(Picture.ToPng(), "picture");
        chunks.Insert(1, ("zTXt", [.. "note\0\0"u8, .. Deflated(new byte[20 << 20])]));
        var read = () => PngText.Parse(PngChunks.Write(chunks));
        read.Should().Throw<ImageException>().WithMessage("*longer than*");
    }

    [Fact]
    public void A_missing_file_is_named()
    {
        var read = () => PngText.Read("nowhere/fox.png");
        read.Should().Throw<ImageException>().WithMessage("*nowhere/fox.png*");
    }

    private static byte[] Deflated(byte[] bytes)
    {
        using var stream = new MemoryStream();
        using (var deflate = new ZLibStream(stream, CompressionLevel.Fastest))
        {
            deflate.Write(bytes);
        }

        return stream.ToArray();
    }
}
