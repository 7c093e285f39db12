using MaskUNet.Tests.TestSupport;
using MaskUNet.Training;

namespace MaskUNet.Tests.Training.Data;

/// <summary>Damaged files, from the folder or the Parquet file to the batch.</summary>
public sealed class DamagedPicturesTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public static TheoryData<string> Damages => ["truncated", "no picture", "no bytes"];

    public void Dispose() => folder.Dispose();

    [Theory]
    [MemberData(nameof(Damages))]
    public void A_damaged_file_in_a_folder_is_named_and_skipped_and_counted(string damage)
    {
        for (var i = 0; i < 6; i++)
        {
            File.WriteAllBytes(folder[$"{i}.png"], i == 2 ? Damaged(damage) : SamplePictures.Png(i, 40, 40));
            File.WriteAllText(folder[$"{i}.txt"], $"{i}");
        }

        Check(new ImageFolderDataset(folder.Path), folder["2.png"]);
    }

    [Theory]
    [MemberData(nameof(Damages))]
    public async Task A_damaged_file_in_Parquet_is_named_and_skipped_and_counted(string damage)
    {
        var rows = Enumerable.Range(0, 6).Select<int, (byte[]?, string?)>(i => (i == 2 ? Damaged(damage) : SamplePictures.Png(i, 40, 40), $"{i}"));
        await ParquetFiles.WriteAsync(folder["a.parquet"], [.. rows.Chunk(4)]);

        Check(new ParquetDataset(folder["a.parquet"]), $"{folder["a.parquet"]}, row 2");
    }

    private static byte[] Damaged(string damage) => damage switch
    {
        "truncated" => SamplePictures.Png(9, 40, 40)[..^60],
        "no picture" => [.. "<html>404 Not Found</html>"u8],
        _ => [],
    };

    private static void Check(IPictureDataset dataset, string name)
    {
        var preparation = new PicturePreparation { Size = 8 };
        var reader = new PictureReader(dataset, preparation, seed: 11);

        var batch = reader.Read(0, 12);

        batch.Select(picture => picture.Caption).Order().Should().Equal("0", "0", "1", "1", "3", "3", "3", "3", "4", "4", "5", "5");
        var skipped = reader.Skipped.Should().ContainSingle().Subject;
        skipped.Index.Should().Be(2);
        skipped.Reason.Should().StartWith(name);
        var again = new PictureReader(dataset, preparation, seed: 11).Read(0, 12);
        again.Select(picture => picture.Caption).Should().Equal(batch.Select(picture => picture.Caption));
        again.SelectMany(picture => picture.Picture.Pixels.ToArray()).Should().Equal(batch.SelectMany(picture => picture.Picture.Pixels.ToArray()));
    }
}
