using MaskUNet.Images;
using MaskUNet.Rewards;
using MaskUNet.Rewards.Evaluation;
using MaskUNet.Runtime;
using MaskUNet.Shapes.Prompts;
using MaskUNet.Shapes.Scenes;
using MaskUNet.Tests.TestSupport;
using MaskUNet.Training;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Shapes;

[LeavesNoTensors]
public sealed class TinyRewardsTests
{
    public TinyRewardsTests() => NativeTorch.EnsureLoaded();

    public enum Small
    {
        ImageReward,
        Hps,
    }

    [Theory]
    [InlineData(Small.ImageReward, 0.8)]
    [InlineData(Small.Hps, 0.9)]
    public void Most_often_a_scene_beats_another_one_for_its_caption(Small small, double least) =>
        Agreement(small, (source, i) => source[i + 1].Render()).Should().BeGreaterThan(least, "guessing gives a half");

    [Theory]
    [InlineData(Small.ImageReward, 0.65)]
    [InlineData(Small.Hps, 0.82)]
    public void More_often_than_not_a_scene_beats_one_whose_caption_reads_alike(Small small, double least) =>
        Agreement(small, (source, i) => Scene.Of(ScenePrompt.Parse(Distractor.Of(source[i].Caption)), i).Render()).Should().BeGreaterThan(least, "guessing gives a half");

    [Theory]
    [InlineData(Small.ImageReward)]
    [InlineData(Small.Hps)]
    public void Gradients_reach_every_part_of_a_picture(Small small)
    {
        using var scope = NewDisposeScope();
        using var reward = Load(small);
        var picture = new SceneSource(3)[0].Render().ToUnitTensor().requires_grad_();

        reward.Score(picture, ["two blue circles"]).sum().backward();

        picture.grad!.isfinite().all().item<bool>().Should().BeTrue();
        picture.grad.ne(0).to(float32).mean().item<float>().Should().BeGreaterThan(0.9f);
    }

    [Fact]
    public void They_are_small_and_have_a_card()
    {
        Directory.GetFiles(TinyShapes.RewardsFolder, "*", SearchOption.AllDirectories).Sum(file => new FileInfo(file).Length).Should().BeLessThan(6_000_000);
        File.Exists(Path.Combine(TinyShapes.RewardsFolder, "README.md")).Should().BeTrue();
    }

    private static double Agreement(Small small, Func<SceneSource, int, RgbImage> worse)
    {
        using var reward = Load(small);
        var source = new SceneSource(77, SceneSplit.HeldOut);
        return RankingAgreement.Of(reward, Enumerable.Range(0, 200).Select(i => new PictureComparison(source[i].Caption, source[i].Render(), worse(source, i))));
    }

    private static RewardModel Load(Small small) => small == Small.Hps ? TinyShapes.LoadHps() : TinyShapes.LoadImageReward();
}
