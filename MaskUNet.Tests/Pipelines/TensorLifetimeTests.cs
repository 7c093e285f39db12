using MaskUNet.Masking;
using MaskUNet.Tests.TestSupport;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Pipelines;

public class TensorLifetimeTests
{
    private const int Single = 200;
    private const int Batches = 16;
    private const int Batch = 50;

    // 200 requests of one picture, half of them masked, and 16 of 50 pictures: a thousand of 64 x 64 pixels with one step each.
    [FixtureFact(TinyPipelines.Area)]
    [LeavesNoTensors]
    public async Task No_tensor_is_left_after_a_thousand_pictures_and_none_to_the_finalizer()
    {
        using var pipeline = await TinyPipelines.LoadAsync();
        var request = new ImageRequest("a bench") { Steps = 1, GuidanceScale = 1, Width = 64, Height = 64, Seed = 0 };
        var drawn = (await pipeline.GenerateAsync(request)).Images.Count - 1;
        var (aliveBefore, ownedBefore) = (Tensor.TotalCount, await OwnedByThread());

        for (var i = 0; i < Single; i++)
        {
            drawn += (await pipeline.GenerateAsync(request with { Seed = i, Masks = i % 2 == 0 ? new RandomMasks(0.1, seed: i) : null })).Images.Count;
        }

        for (var i = 0; i < Batches; i++)
        {
            drawn += (await pipeline.GenerateAsync(request with { Seed = i, ImagesPerPrompt = Batch })).Images.Count;
        }

        drawn.Should().Be(1000);
        Tensor.TotalCount.Should().Be(aliveBefore);

        // What the finalizer frees, it frees on its own thread: here it would still count as alive.
        (await OwnedByThread()).Should().Be(ownedBefore);

        async Task<long> OwnedByThread()
        {
            var alive = 0L;
            await pipeline.GenerateAsync(request, new OnProgress<GenerationProgress>(_ => alive = DisposeScopeManager.Statistics.ThreadTotalLiveCount));
            return alive;
        }
    }
}
