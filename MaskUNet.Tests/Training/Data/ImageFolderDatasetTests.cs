using MaskUNet.Images;
using MaskUNet.Tests.TestSupport;
using MaskUNet.Training;
using SkiaSharp;

namespace MaskUNet.Tests.Training.Data;

public sealed class ImageFolderDatasetTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Captions_stand_in_text_files_beside_the_pictures()
    {
        Write("b.png", 1, "  a cat\r\n");
        Write("sub/a.png", 2, "a dog\nin the rain");
        Write("sub/B.PNG", 3, "");
        Write("a.png", 4, "ünï");
        File.WriteAllText(folder["notes.txt"], "of no picture");

        var dataset = new ImageFolderDataset(folder.Path);

        dataset.Name.Should().Be(folder.Path);
        All(dataset).Should().Equal((4, "ünï"), (1, "a cat"), (3, ""), (2, "a dog\nin the rain"));
    }

    [Fact]
    public void All_formats_are_read_and_other_files_are_passed_over()
    {
        foreach (var (name, format) in new[] { ("a.jpg", SKEncodedImageFormat.Jpeg), ("b.jpeg", SKEncodedImageFormat.Jpeg), ("c.webp", SKEncodedImageFormat.Webp) })
        {
            using var bitmap = new SKBitmap(6, 5);
            using var data = bitmap.Encode(format, 90);
            File.WriteAllBytes(folder[name], data.ToArray());
        }

        File.WriteAllBytes(folder["d.bmp"], Bitmap());
        File.WriteAllText(folder["e.gif"], "not read");
        File.WriteAllText(folder[".hidden.png"], "not read");
        foreach (var name in new[] { "a", "b", "c", "d" })
        {
            File.WriteAllText(folder[$"{name}.txt"], name);
        }

        var dataset = new ImageFolderDataset(folder.Path);

        dataset.Count.Should().Be(4);
        Enumerable.Range(0, 4).Select(i => dataset.Load(i)).Should().OnlyContain(loaded => loaded.Picture.Width == 6 && loaded.Picture.Height == 5);
        dataset.Load(3).Picture.Pixels.Span[..3].ToArray().Should().Equal(10, 20, 30);
    }

    [Fact]
    public void Metadata_has_the_captions()
    {
        Write("b.png", 1);
        Write("sub/a.png", 2);
        Metadata("""{"file_name": "sub/a.png", "text": "a dog", "other": 3}""", "", """{"text": "a \"cat\"", "file_name": "./b.png"}""");

        All(new ImageFolderDataset(folder.Path)).Should().Equal((1, "a \"cat\""), (2, "a dog"));
    }

    [Fact]
    public void The_caption_s_key_can_be_named()
    {
        Write("b.png", 1);
        Metadata("""{"file_name": "b.png", "text": "no", "title": "yes"}""");

        All(new ImageFolderDataset(folder.Path, "title")).Should().Equal((1, "yes"));
    }

    [UnixFact]
    public void Linked_pictures_are_read_and_linked_folders_are_not_followed()
    {
        Write("a.png", 1, "a cat");
        File.CreateSymbolicLink(folder["b.png"], folder["a.png"]);
        File.CreateSymbolicLink(folder["b.txt"], folder["a.txt"]);
        Directory.CreateSymbolicLink(folder["circle"], folder.Path);

        All(new ImageFolderDataset(folder.Path)).Should().Equal((1, "a cat"), (1, "a cat"));
    }

    [Theory]
    [InlineData("""{"file_name": "a.png", "text": """, "*line 2 is not JSON*")]
    [InlineData("""["a.png"]""", "*line 2 is no JSON object*")]
    [InlineData("""{"file_name": "a.png"}""", "*line 2 has no text under 'text'; it has 'file_name'*")]
    [InlineData("""{"file_name": "a.png", "text": null}""", "*line 2 has no text under 'text'*")]
    [InlineData("""{"file_name": 7, "text": "x"}""", "*line 2 has no text under 'file_name'*")]
    [InlineData("""{"file_name": "../a.png", "text": "x"}""", "*line 2: file_name '../a.png' is no picture below the folder*")]
    [InlineData("""{"file_name": "sub/../../a.png", "text": "x"}""", "*line 2: file_name 'sub/../../a.png' is no picture below the folder*")]
    [InlineData("""{"file_name": "/a.png", "text": "x"}""", "*line 2: file_name '/a.png' is no picture below the folder*")]
    [InlineData("""{"file_name": "", "text": "x"}""", "*line 2: file_name '' is no picture below the folder*")]
    [InlineData("""{"file_name": "b.png", "text": "x"}""", "*line 2: the picture 'b.png' has a caption already*")]
    [InlineData("""{"file_name": "c.png", "text": "x"}""", "*names 1 pictures that are not in the folder* (first c.png).*")]
    [InlineData("""{"file_name": "b.png\u0000", "text": "x"}""", "*line 2: file_name * is no picture below the folder*")]
    public void A_bad_line_of_metadata_is_named(string line, string message)
    {
        Write("b.png", 1);
        Metadata("""{"file_name": "b.png", "text": "a cat"}""", line);
        var open = () => new ImageFolderDataset(folder.Path);
        open.Should().Throw<DatasetException>().WithMessage(message);
    }

    [Fact]
    public void Pictures_without_captions_are_counted_and_the_first_are_named()
    {
        Write("a.png", 1, "a cat");
        foreach (var name in new[] { "e", "d", "c", "b" })
        {
            Write($"{name}.png", 1);
        }

        var open = () => new ImageFolderDataset(folder.Path);
        open.Should().Throw<DatasetException>().WithMessage("4 of the 5 pictures in * have no caption (first b.png, c.png, d.png). Write*NAME.txt*");
        Metadata("""{"file_name": "b.png", "text": "a cat"}""");
        open.Should().Throw<DatasetException>().WithMessage("4 of the 5 pictures in * have no caption (first a.png, c.png, d.png). Add a line*");
    }

    [Fact]
    public void A_folder_without_pictures_is_refused()
    {
        File.WriteAllText(folder["a.txt"], "a cat");
        var open = () => new ImageFolderDataset(folder.Path);
        open.Should().Throw<DatasetException>().WithMessage($"The folder {folder.Path} has no PNG*");
    }

    [Fact]
    public void A_missing_folder_is_named()
    {
        var open = () => new ImageFolderDataset(folder["nowhere"]);
        open.Should().Throw<DatasetException>().WithMessage($"{folder["nowhere"]} cannot be read*");
    }

    [Fact]
    public void Captions_that_are_no_text_are_named()
    {
        Write("a.png", 1, "a cat");
        File.WriteAllBytes(folder["a.txt"], [0xC3, 0x28]);
        var load = () => new ImageFolderDataset(folder.Path).Load(0);
        load.Should().Throw<DatasetException>().WithMessage($"{folder["a.txt"]} is not UTF-8*");
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public void Numbers_that_there_are_not_are_refused(long index)
    {
        Write("a.png", 1, "a cat");
        var load = () => new ImageFolderDataset(folder.Path).Load(index);
        load.Should().Throw<InvalidOptionException>().WithMessage($"* has 1 pictures, counted from 0; there is no picture {index}.");
    }

    private static IEnumerable<(int Number, string Caption)> All(ImageFolderDataset dataset) =>
        [.. Enumerable.Range(0, (int)dataset.Count).Select(i => dataset.Load(i)).Select(loaded => (SamplePictures.NumberOf(loaded.Picture), loaded.Caption))];

    // 24 bits a pixel, blue first, rows padded to 4 bytes.
    private static byte[] Bitmap()
    {
        using var file = new MemoryStream();
        using var writer = new BinaryWriter(file);
        writer.Write("BM"u8);
        Array.ForEach([54 + (5 * 20), 0, 54, 40, 6, 5, 1 | (24 << 16), 0, 5 * 20, 0, 0, 0, 0], writer.Write);
        for (var row = 0; row < 5; row++)
        {
            for (var pixel = 0; pixel < 6; pixel++)
            {
                writer.Write([30, 20, 10]);
            }

            writer.Write(new byte[2]);
        }

        return file.ToArray();
    }

    private void Write(string name, int number, string? caption = null)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(folder[name])!);
        File.WriteAllBytes(folder[name], SamplePictures.Png(number));
        if (caption is not null)
        {
            File.WriteAllText(Path.ChangeExtension(folder[name], ".txt"), caption);
        }
    }

    private void Metadata(params string[] lines) => File.WriteAllLines(folder["metadata.jsonl"], lines);
}
