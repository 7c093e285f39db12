using MaskUNet.Checkpoints;
using MaskUNet.Masking;
using MaskUNet.Runtime;
using MaskUNet.Shapes.Prompts;
using MaskUNet.Shapes.Scenes;
using MaskUNet.Tests.TestSupport;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Shapes;

[LeavesNoTensors]
public sealed class TinyShapesModelTests
{
    [Fact]
    public async Task A_red_square_is_red()
    {
        using var pipeline = TinyShapes.LoadPipeline();
        var result = await pipeline.GenerateAsync(TinyShapes.Request("a red square") with { Seeds = [.. Enumerable.Range(1, 20)], ImagesPerPrompt = 20 });
        var found = result.Images.SelectMany(image => TinyShapes.Read(image.Image)).ToList();
        found.Should().HaveCountGreaterThan(5, "the oracle sees something in most pictures");
        found.Count(thing => thing.Color == ShapeColor.Red).Should().BeGreaterThan(found.Count * 9 / 10);
    }

    [Fact]
    public async Task The_same_seed_gives_the_same_picture_and_masks_change_it()
    {
        using var pipeline = TinyShapes.LoadPipeline();
        var request = TinyShapes.Request("two blue circles") with { Seed = 3, Steps = 5 };
        var plain = (await pipeline.GenerateAsync(request)).Images[0].Image.Pixels.ToArray();
        (await pipeline.GenerateAsync(request)).Images[0].Image.Pixels.ToArray().Should().Equal(plain);
        (await pipeline.GenerateAsync(request with { Masks = new RandomMasks(0.3) })).Images[0].Image.Pixels.ToArray().Should().NotEqual(plain);
    }

    [Fact]
    public void The_builder_can_be_filled_further()
    {
        using var pipeline = TinyShapes.LoadPipeline(builder => builder.UseRandomMasks(0.1));
        pipeline.Should().BeOfType<StableDiffusionPipeline>().Which.Masks.Should().BeOfType<RandomMasks>();
    }

    [Fact]
    public void Its_CLIP_prefers_the_caption_that_belongs_to_a_picture()
    {
        NativeTorch.EnsureLoaded();
        using var scope = NewDisposeScope();
        using var withoutGradients = no_grad();
        var (clip, tokenizer) = TinyShapes.LoadClip();
        using var model = clip;
        var scenes = Enumerable.Range(0, 16).Select(i => new SceneSource(5)[i]).ToList();
        var images = model.ImageFeatures(MaskUNet.Rewards.Clip.ClipPixels.Normalize(cat([.. scenes.Select(scene => scene.Render().ToUnitTensor())])));
        var ids = tensor(scenes.SelectMany(scene => tokenizer.EncodePadded(scene.Caption).Ids).ToArray(), [16, tokenizer.MaxLength], dtype: ScalarType.Int64);
        var texts = model.TextFeatures(ids);
        var scores = (images / images.norm(1, keepdim: true)).matmul((texts / texts.norm(1, keepdim: true)).t());
        scores.argmax(1).eq(arange(16)).sum().item<long>().Should().BeGreaterThan(12);
    }

    [Fact]
    public async Task Its_learned_masks_are_small_and_drop_some_weights_of_every_picture()
    {
        new FileInfo(TinyShapes.LearnedMasksFile).Length.Should().BeLessThan(1_500_000);
        var statistics = new MaskStatistics();
        using var pipeline = TinyShapes.LoadPipeline(builder => builder.UseLearnedMasks(TinyShapes.LearnedMasksFile));
        var masks = new ObservedMaskStrategy(new LearnedMasks(TinyShapes.LearnedMasksFile), statistics.Observe);
        await pipeline.GenerateAsync(TinyShapes.Request("a red square") with { Seed = 1, Steps = 3, Masks = masks });
        statistics.KeptByStep.Should().HaveCount(3);
        statistics.KeptByStep.Values.Should().OnlyContain(kept => kept > 0.5 && kept < 1);
    }

    [Fact]
    public void The_model_folder_is_small_and_whole()
    {
        using var files = StableDiffusionFiles.Open(TinyShapes.ModelFolder);
        Directory.GetFiles(TinyShapes.ModelFolder, "*", SearchOption.AllDirectories).Sum(file => new FileInfo(file).Length).Should().BeLessThan(16_000_000);
        File.Exists(Path.Combine(TinyShapes.ModelFolder, "README.md")).Should().BeTrue("a model has a card");
    }
}
