using MaskUNet.Latents;
using MaskUNet.Tests.TestSupport;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Latents;

[LeavesNoTensors]
public class LatentSnapshotTests
{
    [Fact]
    public void The_preview_of_each_image_is_the_one_of_its_own_latents()
    {
        using var scope = NewDisposeScope();
        var latents = FormulaWeights.InputTensor("latents", 3, 4, 5, 7);
        var snapshot = LatentSnapshot.Of(latents);
        for (var image = 0; image < 3; image++)
        {
            var preview = snapshot.Preview(image, scale: 2);
            (preview.Width, preview.Height).Should().Be((14, 10));
            preview.Pixels.ToArray().Should().Equal(LatentPreview.Render(latents[image], scale: 2).Pixels.ToArray());
        }

        snapshot.Preview(1).Pixels.ToArray().Should().NotEqual(snapshot.Preview(2).Pixels.ToArray());
    }

    [Fact]
    public void What_cannot_be_shown_is_refused()
    {
        var snapshot = new LatentSnapshot(new float[16], [1, 4, 2, 2]);
        snapshot.Invoking(s => s.Preview(1))
            .Should().Throw<InvalidOptionException>().WithMessage("There is no image 1 to preview: the batch has 1*");
        snapshot.Invoking(s => s.Preview(-1)).Should().Throw<InvalidOptionException>();
        snapshot.Invoking(s => s.Preview(scale: 0)).Should().Throw<InvalidOptionException>().WithMessage("*at 0.");
        new LatentSnapshot(new float[16], [1, 16, 1, 1]).Invoking(s => s.Preview())
            .Should().Throw<InvalidOptionException>().WithMessage("*not [16, 1, 1] at 8.");
        new LatentSnapshot(new float[] { 1, 2, float.NaN, 3 }, [1, 4, 1, 1]).Invoking(s => s.Preview())
            .Should().Throw<NumericalException>().WithMessage("*NaN*");
    }
}
