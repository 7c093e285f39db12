using MaskUNet.Masking;
using MaskUNet.Tests.Pipelines;
using MaskUNet.Tests.TestSupport;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Masking.TrainingBased;

[LeavesNoTensors]
public sealed class LearnedMasksTests : IDisposable
{
    private static readonly ImageRequest Request = new("a bench") { Seed = 3, Steps = 3 };

    private readonly TemporaryFolder folder = new();

    private string File => folder["masks.safetensors"];

    public void Dispose() => folder.Dispose();

    [FixtureTheory(TinyPipelines.Area)]
    [MemberData(nameof(TinyPipelines.Names), MemberType = typeof(TinyPipelines))]
    public async Task A_file_of_learned_masks_draws_through_the_builder_and_a_seed_gives_the_same_picture(string name)
    {
        await SaveAsync(name);
        using var pipeline = await TinyPipelines.Builder(name).UseDdim().UseLearnedMasks(File).BuildAsync();
        var masked = await pipeline.PixelsAsync(Request);
        masked.Should().NotEqual(await pipeline.PixelsAsync(Request with { Masks = MaskStrategy.None }));
        (await pipeline.PixelsAsync(Request)).Should().Equal(masked);
        (await pipeline.PixelsAsync(Request with { Masks = new LearnedMasks(File, new LearnedMaskOptions { Seed = 8 }) })).Should().NotEqual(masked, "masks of another seed");
        using var again = await TinyPipelines.LoadAsync(name);
        (await again.PixelsAsync(Request with { Masks = new LearnedMasks(File) })).Should().Equal(masked);
    }

    [FixtureFact(TinyPipelines.Area)]
    public async Task Masks_differ_between_pictures_guidance_halves_and_steps()
    {
        await SaveAsync();
        using var pipeline = await TinyPipelines.LoadAsync();
        var seen = new List<(int Step, string Layer, PackedMask[] Samples)>();
        await pipeline.GenerateAsync(Request with
        {
            ImagesPerPrompt = 2,
            Masks = new ObservedMaskStrategy(new LearnedMasks(File), (step, layer, mask) => seen.Add((step.Index, layer.Name, Pack(mask)))),
        });
        seen.Should().NotBeEmpty();
        foreach (var (step, layer, samples) in seen)
        {
            samples.Should().HaveCount(4, "two pictures with two guidance halves each");
            var different = samples.SelectMany((mask, i) => samples.Take(i).Select(other => mask.Overlap(other)));
            different.Should().OnlyContain(overlap => overlap < 1, $"{layer} in step {step}");
        }

        foreach (var layer in seen.GroupBy(mask => mask.Layer))
        {
            layer.Zip(layer.Skip(1)).Should().OnlyContain(pair => pair.First.Samples[0].Overlap(pair.Second.Samples[0]) < 1, layer.Key);
        }

        PackedMask[] Pack(Tensor mask)
        {
            using var scope = NewDisposeScope();
            return [.. Enumerable.Range(0, (int)mask.shape[0]).Select(sample => PackedMask.Pack(mask[sample]))];
        }
    }

    [FixtureFact(TinyPipelines.Area)]
    public async Task A_pictures_settings_bring_its_masks_back()
    {
        await SaveAsync();
        using var pipeline = await TinyPipelines.LoadAsync();
        var options = new LearnedMaskOptions { GumbelSigmoid = new() { Hard = false, Temperature = 0.5, Noise = GumbelNoise.Logistic }, Noise = MaskNoiseSource.PyTorch, Seed = 4 };
        foreach (var masks in new[] { new LearnedMasks(File), new LearnedMasks(File, options) })
        {
            var drawn = (await pipeline.GenerateAsync(Request with { Masks = masks })).Images[0];
            drawn.SavePng(folder["a.png"]);
            var restored = ImageRequest.FromPng(folder["a.png"]);
            (await pipeline.PixelsAsync(restored)).Should().Equal(drawn.Image.Pixels.ToArray());
        }
    }

    [FixtureFact(TinyPipelines.Area)]
    public async Task A_model_in_memory_draws_what_its_file_draws_and_its_settings_say_that_it_is_missing()
    {
        await SaveAsync();
        using var pipeline = (StableDiffusionPipeline)await TinyPipelines.LoadAsync();
        using var model = LearnedMaskModel.Load(File, pipeline.UNet);
        var drawn = (await pipeline.GenerateAsync(Request with { Masks = LearnedMasks.Of(model) })).Images[0];
        drawn.Image.Pixels.ToArray().Should().Equal(await pipeline.PixelsAsync(Request with { Masks = new LearnedMasks(File) }));
        ImageRequestJson.Read(drawn.Settings!, out var missing).Masks.Should().BeNull();
        missing.Should().ContainSingle().Which.Should().Contain("learned");
    }

    [FixtureFact(TinyPipelines.Area)]
    public async Task A_file_that_is_gone_or_another_is_a_problem_of_the_builder_and_of_restored_settings()
    {
        await FluentActions.Awaiting(() => TinyPipelines.Builder().UseLearnedMasks(File).BuildAsync())
            .Should().ThrowAsync<InvalidOptionException>().WithMessage("*UseLearnedMasks:*masks.safetensors*");
        await FluentActions.Awaiting(() => TinyPipelines.Builder().UseLearnedMasks(File, new LearnedMaskOptions { GumbelSigmoid = new() { Threshold = 2 } }).BuildAsync())
            .Should().ThrowAsync<InvalidOptionException>().WithMessage("*UseLearnedMasks:*Threshold*");

        await SaveAsync();
        using var pipeline = await TinyPipelines.LoadAsync();
        (await pipeline.GenerateAsync(Request with { Masks = new LearnedMasks(File) })).Images[0].SavePng(folder["a.png"]);
        System.IO.File.Delete(File);
        await pipeline.Awaiting(p => p.GenerateAsync(ImageRequest.FromPng(folder["a.png"]))).Should().ThrowAsync<CheckpointException>().WithMessage("*masks.safetensors*");
        var damaged = ImageRequestJson.Read("""{"prompts": ["a"], "masks": {"kind": "learned", "file": "x", "hard": 7}}""", out _);
        await pipeline.Awaiting(p => p.GenerateAsync(damaged)).Should().ThrowAsync<InvalidOptionException>().WithMessage("*learned masks*cannot be made again*");
    }

    [FixtureFact(TinyPipelines.Area)]
    public async Task Soft_and_logistic_masks_of_either_noise_draw_too()
    {
        await SaveAsync();
        using var pipeline = await TinyPipelines.LoadAsync();
        var pictures = new List<byte[]>();
        foreach (var noise in Enum.GetValues<MaskNoiseSource>())
        {
            foreach (var gumbel in new GumbelSigmoid[] { new(), new() { Hard = false }, new() { Noise = GumbelNoise.Logistic } })
            {
                pictures.Add(await pipeline.PixelsAsync(Request with { Masks = new LearnedMasks(File, new LearnedMaskOptions { GumbelSigmoid = gumbel, Noise = noise }) }));
            }
        }

        pictures.Select(Convert.ToBase64String).Should().OnlyHaveUniqueItems();
    }

    private async Task SaveAsync(string? name = null)
    {
        using var pipeline = (StableDiffusionPipeline)await TinyPipelines.LoadAsync(name);
        using var model = LearnedMaskModel.Create(pipeline.UNet, logit: 1);
        model.Save(File);
    }
}
