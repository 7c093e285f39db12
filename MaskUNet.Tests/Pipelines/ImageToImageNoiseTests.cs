using MaskUNet.Images;
using MaskUNet.Latents;
using MaskUNet.Masking;
using MaskUNet.Scheduling;
using MaskUNet.Tests.Pipelines.StandIns;
using MaskUNet.Tests.TestSupport;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Pipelines;

[LeavesNoTensors]
public class ImageToImageNoiseTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_batch_has_one_posterior_sample_of_a_shared_generator_or_one_of_each_pictures_own(bool shared)
    {
        var request = StandInPipeline.Request with { ImagesPerPrompt = 3, SharedGenerator = shared, Seed = 5, Strength = 0.5, Image = new RgbImage(16, 16, new byte[16 * 16 * 3]) };
        var strategy = new FirstSample();
        var scheduler = new DdimScheduler();
        using var pipeline = new StableDiffusionPipeline(new StandInTextEncoder(), new StandInUNet(), new StandInCodec(), scheduler, strategy, sampleSize: 2);

        await pipeline.GenerateAsync(request);

        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(shared ? [5] : [5, 6, 7]);
        var posterior = noise.Draw([shared ? 1 : 3, 4, 2, 2], float32, CPU).expand(3, -1, -1, -1);
        var state = scheduler.Start(scheduler.CreateSchedule(request.Steps), request.Steps - (int)(request.Steps * request.Strength));
        var expected = scheduler.AddNoise(posterior, noise.Draw([3, 4, 2, 2], float32, CPU), state);
        strategy.Latents!.Values.ToArray().Should().Equal(LatentSnapshot.Of(expected).Values.ToArray());
    }

    [Fact]
    public void A_posterior_sample_leaves_nothing_to_the_finalizer()
    {
        using var noise = new SeededNoise([1]);
        var posterior = new LatentDistribution(zeros(1, 4, 2, 2), zeros(1, 4, 2, 2));
        var before = Tensor.TotalCount;
        var sample = posterior.Sample(noise);
        Tensor.TotalCount.Should().Be(before + 1);
        sample.Dispose();
        posterior.Mean.Dispose();
        posterior.LogVariance.Dispose();
    }

    private sealed class FirstSample : MaskStrategy
    {
        public LatentSnapshot? Latents { get; private set; }

        public override Tensor Predict(IDenoisingStep step)
        {
            Latents ??= LatentSnapshot.Of(step.Latents);
            return step.Predict(NoMasks.Instance);
        }
    }

    /// <summary>Every picture is the standard normal distribution.</summary>
    private sealed class StandInCodec : ILatentDecoder, ILatentEncoder
    {
        public double ScalingFactor => 1;

        public int DownscaleFactor => 8;

        public Tensor Decode(Tensor latents) => zeros(1, 3, 16, 16);

        public LatentDistribution Encode(Tensor images) => new(zeros(1, 4, 2, 2), zeros(1, 4, 2, 2));

        public void Dispose()
        {
        }
    }
}
