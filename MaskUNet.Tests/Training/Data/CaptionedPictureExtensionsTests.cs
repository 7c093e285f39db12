using MaskUNet.Tests.TestSupport;
using MaskUNet.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Training.Data;

[LeavesNoTensors]
public class CaptionedPictureExtensionsTests
{
    [Fact]
    public void Pictures_become_a_batch_of_minus_one_to_one()
    {
        using var scope = NewDisposeScope();
        using var batch = new[] { Captioned(0, 5), Captioned(255, 5) }.ToTensor();
        batch.shape.Should().Equal(2, 3, 4, 5);
        batch.dtype.Should().Be(ScalarType.Float32);
        batch[.., 2].flatten().data<float>().Should().Equal(Enumerable.Repeat(-1f, 20).Concat(Enumerable.Repeat(1f, 20)));
        batch[1, 0, 2, 4].item<float>().Should().Be((4 / 255f * 2) - 1);
        batch[1, 1, 2, 4].item<float>().Should().Be((2 / 255f * 2) - 1);
    }

    [Fact]
    public void Pictures_of_different_sizes_are_refused()
    {
        var stack = () => new[] { Captioned(0, 5), Captioned(1, 6) }.ToTensor();
        stack.Should().Throw<InvalidOptionException>().WithMessage("*5 x 4 and 6 x 4*PicturePreparation*");
    }

    [Fact]
    public void No_pictures_are_refused()
    {
        var stack = () => Array.Empty<CaptionedPicture>().ToTensor();
        stack.Should().Throw<InvalidOptionException>().WithMessage("No pictures*");
    }

    private static CaptionedPicture Captioned(int number, int width) => new(SamplePictures.Of(number, width), "");
}
