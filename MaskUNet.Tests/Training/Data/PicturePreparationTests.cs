using MaskUNet.Images;
using MaskUNet.Training;

namespace MaskUNet.Tests.Training.Data;

public class PicturePreparationTests
{
    [Theory]
    [InlineData(40, 30, 16, 21, 16)] // 16 * 40 / 30 = 21.3
    [InlineData(30, 40, 16, 16, 21)]
    [InlineData(8, 8, 16, 16, 16)]
    [InlineData(100, 16, 16, 100, 16)]
    public void The_shorter_side_is_resized_and_the_middle_is_cut_out(int width, int height, int size, int resizedWidth, int resizedHeight)
    {
        var picture = SamplePictures.Of(1, width, height);

        var prepared = new PicturePreparation { Size = size }.Apply(picture, seed: 1);

        var whole = picture.Resize(resizedWidth, resizedHeight, ResizeFilter.Bilinear);
        var (left, top) = (Middle(resizedWidth - size), Middle(resizedHeight - size));
        prepared.Pixels.ToArray().Should().Equal(Cut(whole, left, top, size));
        (prepared.Width, prepared.Height).Should().Be((size, size));

        // As Python's round: halves go to the even number.
        static int Middle(int room) => room % 2 == 0 ? room / 2 : (room + ((room - 1) % 4 == 0 ? -1 : 1)) / 2;
    }

    [Fact]
    public void A_square_of_the_right_size_stays_as_it_is()
    {
        var picture = SamplePictures.Of(1, 16, 16);
        new PicturePreparation { Size = 16 }.Apply(picture, seed: 1).Pixels.ToArray().Should().Equal(picture.Pixels.ToArray());
    }

    [Fact]
    public void Random_crops_come_from_everywhere_and_from_the_seed_alone()
    {
        var picture = SamplePictures.Of(1, 20, 16);
        var preparation = new PicturePreparation { Size = 16, CenterCrop = false };

        var lefts = Enumerable.Range(0, 200).Select(seed => (int)preparation.Apply(picture, seed).Pixels.Span[0]).ToArray();

        lefts.Should().Contain([0, 1, 2, 3, 4]).And.OnlyContain(left => left <= 4);
        Enumerable.Range(0, 200).Select(seed => (int)preparation.Apply(picture, seed).Pixels.Span[0]).Should().Equal(lefts);
    }

    [Fact]
    public void Every_other_picture_is_mirrored()
    {
        var picture = SamplePictures.Of(9, 16, 16);
        var flipping = new PicturePreparation { Size = 16, Flip = true };

        var pictures = Enumerable.Range(0, 400).Select(seed => flipping.Apply(picture, seed).Pixels.ToArray()).ToArray();

        var turned = Enumerable.Range(0, 256).SelectMany(i => picture.Pixels.Slice(3 * ((i / 16 * 16) + 15 - (i % 16)), 3).ToArray()).ToArray();
        pictures.Count(prepared => prepared.SequenceEqual(turned)).Should().BeInRange(150, 250);
        pictures.Where(prepared => !prepared.SequenceEqual(turned)).Should().AllSatisfy(prepared => prepared.Should().Equal(picture.Pixels.ToArray()));
    }

    [Fact]
    public void The_filter_is_the_one_asked_for()
    {
        var picture = SamplePictures.Of(1, 50, 50);
        new PicturePreparation { Size = 16, Filter = ResizeFilter.Lanczos }.Apply(picture, 1).Pixels.ToArray()
            .Should().Equal(picture.Resize(16, 16, ResizeFilter.Lanczos).Pixels.ToArray());
    }

    [Fact]
    public void A_strip_that_cannot_be_resized_is_a_damaged_picture()
    {
        var apply = () => new PicturePreparation().Apply(SamplePictures.Of(1, 1, 600_000), seed: 1);
        apply.Should().Throw<ImageException>().WithMessage("*1 x 600000*");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-8)]
    [InlineData(8193)]
    public void Sizes_that_no_picture_has_are_refused(int size)
    {
        var preparation = () => new PicturePreparation { Size = size };
        preparation.Should().Throw<InvalidOptionException>().WithMessage($"Size is {size};*");
    }

    [Fact]
    public void Unknown_filters_are_refused()
    {
        var preparation = () => new PicturePreparation { Filter = (ResizeFilter)99 };
        preparation.Should().Throw<InvalidOptionException>().WithMessage("*99*Bilinear*");
    }

    private static byte[] Cut(RgbImage whole, int left, int top, int size) =>
        [.. Enumerable.Range(0, size).SelectMany(y => whole.Pixels.Slice((((top + y) * whole.Width) + left) * 3, size * 3).ToArray())];
}
