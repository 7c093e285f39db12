using System.Globalization;
using MaskUNet.Benchmarks.Harness;
using MaskUNet.Checkpoints;
using MaskUNet.Latents;
using MaskUNet.Masking;
using MaskUNet.Prompting.Clip;
using MaskUNet.Rewards;
using MaskUNet.Scheduling;
using MaskUNet.Tests.TestSupport;

namespace MaskUNet.Benchmarks.Models;

/// <summary>Stable Diffusion 1.5 with DPM-Solver and both rewards of the paper, at their sizes, with formula weights; 512 px, guidance 7.5.</summary>
internal sealed class GuidedPipeline : IDisposable
{
    private static readonly ImageRequest Request = new("a photo of a red apple and a green bench") { Seed = 1, GuidanceScale = 7.5 };
    private readonly StableDiffusionPipeline pipeline;
    private readonly RewardSum rewards = new(new WeightedReward(FullRewards.ImageReward()), new WeightedReward(FullRewards.Hps(), Weight: 5));
    private readonly TinyDecoder? tiny;
    private readonly int? decodeSize;

    /// <param name="decodeSize">See <see cref="RewardGuidedOptions.DecodeSize"/>.</param>
    /// <param name="tinyDecoder">Whether <see cref="TinyDecoder"/> decodes what the rewards see.</param>
    public GuidedPipeline(int? decodeSize = null, bool tinyDecoder = false)
    {
        var config = PublishedFiles.Configs(CheckpointKind.StableDiffusion1)["text_encoder"]!.AsObject();
        var text = new ClipTextEncoder(ClipTokenizer.Published(), ClipTextConfig.Parse(config, "text_encoder"), new FormulaWeights());
        pipeline = new StableDiffusionPipeline(text, FullSize.UNet(), FullSize.Vae(), new DpmSolverMultistepScheduler());
        tiny = tinyDecoder ? new TinyDecoder(new FormulaWeights()) : null;
        this.decodeSize = decodeSize;
    }

    /// <summary>The seconds of a plain picture.</summary>
    public double TimePlain(int steps) => Time(Request with { Steps = steps });

    /// <summary>The seconds of a guided one, as the released code goes but with our noise.</summary>
    public double TimeGuided(int steps, int iterations) => Time(Request with
    {
        Steps = steps,
        Masks = new RewardGuidedMasks(rewards, RewardGuidedOptions.Released with
        {
            Iterations = iterations,
            Noise = MaskNoiseSource.Counter,
            Decoder = tiny,
            DecodeSize = decodeSize,
            Progress = new Notes(),
        }),
    });

    public void Dispose()
    {
        pipeline.Dispose();
        rewards.Dispose();
        tiny?.Dispose();
    }

    private double Time(ImageRequest request) => Stopwatches.Time(() => pipeline.GenerateAsync(request).GetAwaiter().GetResult());

    private sealed class Notes : IProgress<RewardGuidedProgress>
    {
        public void Report(RewardGuidedProgress value) => Console.Error.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"  step {value.Step}, iteration {value.Iteration}: {value.Rewards[0]}, {value.Elapsed.TotalSeconds:0.0} s"));
    }
}
