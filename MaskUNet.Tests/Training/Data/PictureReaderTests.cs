using MaskUNet.Training;

namespace MaskUNet.Tests.Training.Data;

public class PictureReaderTests
{
    private static readonly PicturePreparation Preparation = new() { Size = 3, CenterCrop = false, Flip = true };

    [Fact]
    public void A_run_that_goes_on_reads_what_it_would_have_read()
    {
        var whole = new PictureReader(new NumberedPictures(10, damaged: 3) { Width = 9 }, Preparation, seed: 5).Read(0, 40);

        var later = new PictureReader(new NumberedPictures(10, damaged: 3) { Width = 9 }, Preparation, seed: 5).Read(23, 17);

        Shown(later).Should().Equal(Shown(whole.Skip(23)));
    }

    [Fact]
    public void An_epoch_shows_every_picture_and_the_next_one_in_another_order()
    {
        var reader = new PictureReader(new NumberedPictures(50), preparation: null, seed: 5);
        var (first, second) = (Captions(reader.Read(0, 50)), Captions(reader.Read(50, 50)));
        first.Should().BeEquivalentTo(Enumerable.Range(0, 50).Select(i => $"{i}"));
        second.Should().BeEquivalentTo(first).And.NotEqual(first);
        reader.Skipped.Should().BeEmpty();
    }

    [Fact]
    public void The_same_picture_is_cut_differently_in_each_epoch()
    {
        var reader = new PictureReader(new NumberedPictures(1) { Width = 9 }, Preparation, seed: 5);
        reader.Read(0, 20).Select(picture => picture.Picture.Pixels.Span[0]).Distinct().Count().Should().BeGreaterThan(2);
    }

    [Fact]
    public void The_next_whole_picture_takes_a_damaged_one_s_place_and_the_damaged_one_is_counted_once()
    {
        var dataset = new NumberedPictures(6, 0, 4, 5);
        var reader = new PictureReader(dataset, preparation: null, seed: 5);

        var captions = Captions(reader.Read(0, 60));

        captions.Where(caption => caption == "1").Should().HaveCount(40); // for 4, 5 and 0, and itself, in each of ten epochs
        captions.Where(caption => caption is "2" or "3").Should().HaveCount(20);
        reader.Skipped.Should().Equal(new SkippedPicture(0, "Picture 0 is torn."), new SkippedPicture(4, "Picture 4 is torn."), new SkippedPicture(5, "Picture 5 is torn."));
        dataset.Loads.Clear();
        reader.Read(0, 60);
        dataset.Loads.Should().NotContain([0, 4, 5]);
    }

    [Fact]
    public void Nothing_but_damaged_pictures_is_said_so()
    {
        var read = () => new PictureReader(new NumberedPictures(3, 0, 1, 2), preparation: null, seed: 5).Read(0, 2);
        read.Should().Throw<DatasetException>().WithMessage("None of the 3 pictures of numbers*Picture 0: Picture 0 is torn.");
    }

    [Fact]
    public void A_picture_that_cannot_be_prepared_is_skipped_by_its_number()
    {
        var reader = new PictureReader(new OneStrip(), new PicturePreparation(), seed: 5);
        Captions(reader.Read(0, 2)).Should().Equal("square", "square");
        reader.Skipped.Should().ContainSingle().Which.Should().Match<SkippedPicture>(strip =>
            strip.Index == 0 && strip.Reason.StartsWith("Picture 0 of strips: A picture of 1 x 600000", StringComparison.Ordinal));
    }

    [Fact]
    public void Other_failures_end_the_reading()
    {
        var read = () => new PictureReader(new Gone(), preparation: null, seed: 5).Read(0, 8);
        read.Should().Throw<DatasetException>().WithMessage("The drive went away.");
    }

    [Fact]
    public void Reading_can_be_cancelled()
    {
        var read = () => new PictureReader(new NumberedPictures(3), preparation: null, seed: 5).Read(0, 8, new CancellationToken(canceled: true));
        read.Should().Throw<OperationCanceledException>();
    }

    [Theory]
    [InlineData(-1, 1)]
    [InlineData(0, 0)]
    [InlineData(long.MaxValue, 1)]
    public void Positions_that_there_are_not_are_refused(long first, int count)
    {
        var read = () => new PictureReader(new NumberedPictures(3), preparation: null, seed: 5).Read(first, count);
        read.Should().Throw<InvalidOptionException>().WithMessage($"*{count} pictures from position {first}*");
    }

    private static IEnumerable<string> Captions(IEnumerable<CaptionedPicture> pictures) => [.. pictures.Select(picture => picture.Caption)];

    private static IEnumerable<string> Shown(IEnumerable<CaptionedPicture> pictures) =>
        [.. pictures.Select(picture => picture.Caption + Convert.ToHexString(picture.Picture.Pixels.Span))];

    private sealed class OneStrip : IPictureDataset
    {
        public string Name => "strips";

        public long Count => 2;

        public CaptionedPicture Load(long index) => index == 0
            ? new CaptionedPicture(SamplePictures.Of(0, 1, 600_000), "strip")
            : new CaptionedPicture(SamplePictures.Of(1), "square");
    }

    private sealed class Gone : IPictureDataset
    {
        public string Name => "gone";

        public long Count => 100;

        public CaptionedPicture Load(long index) => throw new DatasetException("The drive went away.");
    }
}
