using MaskUNet.Tests.TestSupport;
using MaskUNet.Training;
using Parquet;
using Parquet.Schema;

namespace MaskUNet.Tests.Training.Data;

public sealed class ParquetDatasetTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Rows_are_numbered_through_row_groups_and_files()
    {
        Directory.CreateDirectory(folder["data"]);
        await ParquetFiles.WriteAsync(folder["data/train-00001.parquet"], [Row(5), Row(6)]);
        await ParquetFiles.WriteAsync(folder["data/train-00000.parquet"], [Row(0), Row(1), Row(2)], [], [Row(3)], [Row(4)]);
        await File.WriteAllTextAsync(folder["README.md"], "no data");

        var dataset = new ParquetDataset(folder.Path);

        dataset.Name.Should().Be(folder.Path);
        Numbers(dataset).Should().Equal(0, 1, 2, 3, 4, 5, 6);
        Enumerable.Range(0, 7).Reverse().Select(i => dataset.Load(i).Caption).Should().Equal("6", "5", "4", "3", "2", "1", "0");
    }

    [Fact]
    public async Task Files_can_be_named_one_by_one()
    {
        await ParquetFiles.WriteAsync(folder["a.parquet"], [Row(0)]);
        await ParquetFiles.WriteAsync(folder["b.parquet"], [Row(1)]);

        var dataset = ParquetDataset.OfFiles([folder["b.parquet"], folder["a.parquet"]]);

        Numbers(dataset).Should().Equal(1, 0);
        dataset.Name.Should().Be($"{folder["b.parquet"]} and 1 more");
        ParquetDataset.OfFiles([folder["b.parquet"]]).Name.Should().Be(folder["b.parquet"]);
    }

    [Fact]
    public async Task Plain_columns_of_other_names_are_read()
    {
        await ParquetFiles.WritePlainAsync(folder["a.parquet"], "jpg", "caption", [Row(0), (null, "1"), Row(2)], [Row(3)]);

        var dataset = new ParquetDataset(folder["a.parquet"], new ParquetDatasetOptions { ImageColumn = "jpg", TextColumn = "caption", CachedRowGroups = 1 });

        SamplePictures.NumberOf(dataset.Load(2).Picture).Should().Be(2);
        dataset.Load(2).Caption.Should().Be("2");
        SamplePictures.NumberOf(dataset.Load(3).Picture).Should().Be(3);
        SamplePictures.NumberOf(dataset.Load(0).Picture).Should().Be(0);
    }

    [Fact]
    public async Task Rows_without_picture_or_caption_are_skipped_by_name()
    {
        await ParquetFiles.WriteAsync(folder["a.parquet"], [Row(0), Row(1)], [(null, "no struct"), (null, "no bytes"), (SamplePictures.Png(4), null), Row(5)]);
        var dataset = new ParquetDataset(folder["a.parquet"]);

        var reader = new PictureReader(dataset, preparation: null, seed: 1);
        reader.Read(0, 12).Select(picture => picture.Caption).Distinct().Order().Should().Equal("0", "1", "5");

        var file = folder["a.parquet"];
        reader.Skipped.Should().Equal(
            new SkippedPicture(2, $"{file}, row 2, column 'image' has no picture."),
            new SkippedPicture(3, $"{file}, row 3, column 'image' has no picture."),
            new SkippedPicture(4, $"{file}, row 4, column 'text' has no caption."));
    }

    [Fact]
    public async Task Many_threads_read_what_one_reads()
    {
        await ParquetFiles.WriteAsync(folder["a.parquet"], [.. Enumerable.Range(0, 40).Select(Row).Chunk(4)]);
        var dataset = new ParquetDataset(folder["a.parquet"], new ParquetDatasetOptions { CachedRowGroups = 2 });

        var wrong = Enumerable.Range(0, 400).AsParallel().WithDegreeOfParallelism(8)
            .Count(i => SamplePictures.NumberOf(dataset.Load(i * 7 % 40).Picture) != i * 7 % 40);

        wrong.Should().Be(0);
    }

    [Fact]
    public async Task A_missing_column_is_named_with_those_there_are()
    {
        await ParquetFiles.WriteAsync(folder["a.parquet"], [Row(0)]);
        Opening(new ParquetDatasetOptions { TextColumn = "caption" }).Should().Throw<DatasetException>()
            .WithMessage($"{folder["a.parquet"]} has no column 'caption'; it has 'image', 'id', 'text'*");
    }

    [Theory]
    [InlineData("id", "text", "*column 'id' is of type Int32; pictures are binary*")]
    [InlineData("text", "text", "*column 'text' is text; pictures are binary*")]
    [InlineData("image", "image", "*column 'image' is a struct of 'bytes', 'path'; captions are texts.")]
    public async Task A_column_of_another_type_is_named(string image, string text, string message)
    {
        await ParquetFiles.WriteAsync(folder["a.parquet"], [Row(0)]);
        Opening(new ParquetDatasetOptions { ImageColumn = image, TextColumn = text }).Should().Throw<DatasetException>().WithMessage(message);
    }

    [Fact]
    public async Task A_struct_without_bytes_and_lists_are_named()
    {
        var schema = new ParquetSchema(
            new StructField("image", new DataField("path", typeof(string))), new DataField("images", typeof(byte[]), isArray: true), new ListField("texts", new DataField("item", typeof(string))));
        await using (var file = File.Create(folder["a.parquet"]))
        {
            await using var writer = await ParquetWriter.CreateAsync(schema, file);
        }

        Opening(new ParquetDatasetOptions()).Should().Throw<DatasetException>().WithMessage("*column 'image' is a struct of 'path'; pictures are*'bytes'.");
        Opening(new ParquetDatasetOptions { ImageColumn = "images" }).Should().Throw<DatasetException>().WithMessage("*column 'images' is a list of binaries*");
        Opening(new ParquetDatasetOptions { ImageColumn = "texts" }).Should().Throw<DatasetException>().WithMessage("*column 'texts' is a List*");
    }

    [Fact]
    public async Task Files_without_rows_are_refused()
    {
        await ParquetFiles.WriteAsync(folder["a.parquet"]);
        Opening(new ParquetDatasetOptions()).Should().Throw<DatasetException>().WithMessage($"{folder["a.parquet"]} has no rows*");
    }

    [Fact]
    public void What_is_not_there_is_named()
    {
        Opening(new ParquetDatasetOptions()).Should().Throw<DatasetException>().WithMessage($"{folder["a.parquet"]} cannot be read*");
        var empty = () => new ParquetDataset(folder.Path);
        empty.Should().Throw<DatasetException>().WithMessage($"The folder {folder.Path} has no .parquet files*");
        var none = () => ParquetDataset.OfFiles([]);
        none.Should().Throw<DatasetException>().WithMessage("No Parquet file*");
    }

    [Fact]
    public async Task Damaged_files_are_named_wherever_the_damage_is()
    {
        await ParquetFiles.WriteAsync(folder["a.parquet"], [Row(0), Row(1)], [Row(2)]);
        var whole = await File.ReadAllBytesAsync(folder["a.parquet"]);
        var complaints = new List<string>();
        for (var at = 0; at < whole.Length; at += 3)
        {
            foreach (var damaged in new[] { whole[..at], [.. whole[..at], (byte)(whole[at] ^ 0x5A), .. whole[(at + 1)..]] })
            {
                await File.WriteAllBytesAsync(folder["a.parquet"], damaged);
                try
                {
                    // Damage within a picture or caption is none that Parquet could notice.
                    var dataset = new ParquetDataset(folder["a.parquet"]);
                    new PictureReader(dataset, preparation: null, seed: 1).Read(0, (int)Math.Min(dataset.Count, 3));
                }
                catch (DatasetException complaint)
                {
                    complaints.Add(complaint.Message);
                }
            }
        }

        complaints.Count.Should().BeGreaterThan(whole.Length / 3);
        complaints.Should().OnlyContain(complaint => complaint.Contains(folder["a.parquet"], StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_footer_without_its_end_mark_is_damage()
    {
        await ParquetFiles.WriteAsync(folder["a.parquet"], [Row(0)]);
        var bytes = await File.ReadAllBytesAsync(folder["a.parquet"]);
        bytes[^9] = 1;
        await File.WriteAllBytesAsync(folder["a.parquet"], bytes);
        Opening(new ParquetDatasetOptions()).Should().Throw<DatasetException>().WithMessage($"{folder["a.parquet"]} is damaged at the footer*");
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public async Task Rows_that_there_are_not_are_refused(long index)
    {
        await ParquetFiles.WriteAsync(folder["a.parquet"], [Row(0)]);
        var load = () => new ParquetDataset(folder["a.parquet"]).Load(index);
        load.Should().Throw<InvalidOptionException>().WithMessage($"*no row {index}.");
    }

    [Fact]
    public void At_least_one_row_group_is_kept()
    {
        var none = () => new ParquetDatasetOptions { CachedRowGroups = 0 };
        none.Should().Throw<InvalidOptionException>().WithMessage("CachedRowGroups is 0*");
    }

    private static (byte[]? Image, string? Text) Row(int number) => (SamplePictures.Png(number), $"{number}");

    private static IEnumerable<int> Numbers(ParquetDataset dataset) =>
        Enumerable.Range(0, (int)dataset.Count).Select(i => SamplePictures.NumberOf(dataset.Load(i).Picture));

    private Func<ParquetDataset> Opening(ParquetDatasetOptions options) => () => new ParquetDataset(folder["a.parquet"], options);
}
