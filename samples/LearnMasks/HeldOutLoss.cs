using MaskUNet.Latents;
using MaskUNet.Masking;
using MaskUNet.Runtime;
using MaskUNet.Scheduling;
using MaskUNet.Shapes.Scenes;
using MaskUNet.Training;
using MaskUNet.UNet;
using static TorchSharp.torch;

namespace MaskUNet.Samples.LearnMasks;

/// <summary>
/// The mean squared error of the predicted velocity on held-out scenes, at timesteps spread evenly: always the same scenes, timesteps and
/// noise, so that small differences between masks show.
/// </summary>
internal sealed class HeldOutLoss : IDisposable
{
    private const int Batch = 64;
    private const long Seed = 7;
    private const int Spread = 617; // has no divisor in common with the number of timesteps

    private readonly IMaskedUNet unet;
    private readonly List<Part> parts = [];

    private HeldOutLoss(IMaskedUNet unet) => this.unet = unet;

    public static async Task<HeldOutLoss> PrepareAsync(StableDiffusionPipeline pipeline, int scenes, CancellationToken cancellation)
    {
        var loss = new HeldOutLoss(pipeline.UNet);
        var pictures = new PictureReader(new SceneDataset(Seed, SceneSplit.HeldOut));
        using var thread = new NativeThread("held-out scenes");
        for (var first = 0; first < scenes; first += Batch)
        {
            var (from, some) = (first, pictures.Read(first, Batch, cancellation));
            loss.parts.Add(await thread.RunAsync(() => Prepare(pipeline, some, from), cancellation));
        }

        return loss;
    }

    /// <summary>The loss, of all timesteps and of each quarter of them, the least noisy first.</summary>
    /// <param name="masks">Null for the plain model.</param>
    /// <param name="gumbelSigmoid">How masks are made of logits.</param>
    public LossByTime Of(LearnedMaskModel? masks, GumbelSigmoid gumbelSigmoid)
    {
        using var withoutGradients = no_grad();
        using var noise = new CounterMaskNoise(Seed);
        var errors = parts.SelectMany((part, i) => part.Timesteps.Zip(Errors(part, masks?.Masks(gumbelSigmoid, noise, i) ?? NoMasks.Instance))).ToList();
        return new LossByTime(errors.Average(error => error.Second), [.. errors.GroupBy(error => 4 * error.First / 1000).OrderBy(quarter => quarter.Key).Select(quarter => quarter.Average(error => error.Second))]);
    }

    public void Dispose()
    {
        foreach (var tensor in parts.SelectMany(part => new[] { part.Noisy, part.Text, part.Target }))
        {
            tensor.Dispose();
        }
    }

    private float[] Errors(Part part, IMaskGenerator masks)
    {
        using var scope = NewDisposeScope();
        var features = unet.Encode(new UNetInput(part.Noisy, tensor(part.Timesteps, ScalarType.Int64), part.Text), NoMasks.Instance);
        return [.. (unet.Decode(features, masks) - part.Target).square().mean([1, 2, 3]).data<float>()];
    }

    private static Part Prepare(StableDiffusionPipeline pipeline, IReadOnlyList<CaptionedPicture> scenes, int first)
    {
        var encoder = (ILatentEncoder)pipeline.Decoder;
        using var random = new SeededNoise([first]);
        var latents = encoder.Encode(scenes.ToTensor()).Sample(random) * encoder.ScalingFactor;
        var noise = random.Draw(latents.shape, latents.dtype, latents.device);
        var schedule = ((DiffusionScheduler)pipeline.Scheduler).NoiseSchedule;
        int[] timesteps = [.. scenes.Select((_, i) => (first + i) * Spread % schedule.AlphasCumprod.Count)];
        return new Part(
            schedule.AddNoise(latents, noise, timesteps).DetachFromDisposeScope(),
            timesteps,
            pipeline.TextEncoder.Encode([.. scenes.Select(scene => scene.Caption)]).HiddenStates.DetachFromDisposeScope(),
            schedule.GetVelocity(latents, noise, timesteps).DetachFromDisposeScope());
    }

    private sealed record Part(Tensor Noisy, int[] Timesteps, Tensor Text, Tensor Target);
}
