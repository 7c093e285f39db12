using MaskUNet.Images;
using MaskUNet.Runtime;
using MaskUNet.Tests.TestSupport;
using MaskUNet.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Training;

[LeavesNoTensors]
public sealed class ComparedPairsTests
{
    private static readonly RgbImage[] Shown = [.. Enumerable.Range(0, 3).Select(i => new RgbImage(1, 1, [(byte)i, 0, 0]))];

    private static readonly PictureComparison[] Comparisons =
        [new("a", Shown[0], Shown[1]), new("a", Shown[0], Shown[2]), new("a", Shown[1], Shown[2]), new("b", Shown[2], Shown[0])];

    public ComparedPairsTests() => NativeTorch.EnsureLoaded();

    [Fact]
    public void A_ranking_has_each_picture_prompt_and_score_once()
    {
        using var scope = NewDisposeScope();
        var pairs = new ComparedPairs(Comparisons);

        pairs.Pictures.Should().Equal(Shown);
        pairs.Prompts.Should().Equal("a", "b");
        pairs.OfPictures(arange(3)).size(0).Should().Be(5, "three pictures are scored for a, and two for b");
    }

    [Fact]
    public void Margins_are_of_the_pictures_and_prompts_that_were_compared()
    {
        using var scope = NewDisposeScope();
        var pairs = new ComparedPairs(Comparisons);
        var scores = (pairs.OfPictures(tensor(new float[] { 1, 10, 100 })) * pairs.OfPrompts(tensor(new float[] { 1, -1 }))).to(ScalarType.Float32);

        pairs.Margins(scores).data<float>().ToArray().Should().Equal(1 - 10, 1 - 100, 10 - 100, -100 + 1);
    }
}
