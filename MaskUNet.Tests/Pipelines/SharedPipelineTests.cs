using MaskUNet.Checkpoints;
using MaskUNet.Masking;
using MaskUNet.Scheduling;
using MaskUNet.Tests.TestSupport;

namespace MaskUNet.Tests.Pipelines;

[LeavesNoTensors]
public class SharedPipelineTests
{
    [FixtureTheory(TinyPipelines.Area)]
    [MemberData(nameof(TinyPipelines.Names), MemberType = typeof(TinyPipelines))]
    public async Task Eight_callers_with_their_own_seeds_sizes_and_schedulers_get_the_pictures_that_each_gets_alone(string name)
    {
        using var pipeline = await TinyPipelines.LoadAsync(name);
        var schedulers = Enum.GetValues<SchedulerKind>();
        var requests = Enumerable.Range(0, 8).Select(i => new ImageRequest($"bench number {i}")
        {
            Seed = 100 + i,
            Steps = 2 + (i % 3),
            Width = 64 + (8 * (i % 2)),
            Height = 64 + (16 * (i % 4)),
            ImagesPerPrompt = 1 + (i % 2),
            GuidanceScale = i % 4 == 3 ? 1 : 7.5,
            Scheduler = SchedulerFactory.Create(schedulers[i % schedulers.Length], Config(name)),
        }).ToList();
        await EachGetsItsOwn(pipeline, requests);
    }

    [FixtureTheory(TinyPipelines.Area)]
    [MemberData(nameof(TinyPipelines.Names), MemberType = typeof(TinyPipelines))]
    public async Task Ten_callers_with_their_own_masks_get_the_pictures_that_each_gets_alone(string name)
    {
        using var pipeline = await TinyPipelines.LoadAsync(name);
        await EachGetsItsOwn(pipeline, [.. Enumerable.Range(0, 10).Select(i => new ImageRequest("a bench")
        {
            Seed = 7,
            Steps = 2,
            Masks = new RandomMasks(0.05 * (i / 2), seed: i, i == 9 ? MaskTargets.All : null, eachStep: i == 8),
        })], equalOnes: 1);
    }

    private static async Task EachGetsItsOwn(IImagePipeline pipeline, List<ImageRequest> requests, int equalOnes = 0)
    {
        var alone = new List<byte[]>();
        foreach (var request in requests)
        {
            alone.Add(await pipeline.PixelsAsync(request));
        }

        var together = await Task.WhenAll(requests.Select(request => Task.Run(() => pipeline.PixelsAsync(request))));
        for (var i = 0; i < requests.Count; i++)
        {
            together[i].Should().Equal(alone[i], $"caller {i} has its own picture");
        }

        alone.Select(Convert.ToHexString).Distinct()
            .Should().HaveCount(requests.Count - equalOnes, "else this test could not see a mix-up");
    }

    private static SchedulerConfig Config(string name)
    {
        using var files = StableDiffusionFiles.Open(TinyPipelines.Folder(name), new());
        return files.SchedulerConfig;
    }
}
