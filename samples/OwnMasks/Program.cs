using MaskUNet;
using MaskUNet.Images;
using MaskUNet.Masking;
using TorchSharp;

// Draws the same seeds plain and under a mask strategy of our own.
const string Prompt = "a green star left of a yellow ring";
using var pipeline = TinyShapes.LoadPipeline();
var request = TinyShapes.Request(Prompt) with { ImagesPerPrompt = 4, Seed = 1 };
var plain = await pipeline.GenerateAsync(request);
var masked = await pipeline.GenerateAsync(request with { Masks = new EarlyMasks(ratio: 0.1, share: 0.3) });
ContactSheet.Create(
    [.. plain.Images.Select(image => (image.Image.Resize(160, 160, ResizeFilter.Box), "plain")),
     .. masked.Images.Select(image => (image.Image.Resize(160, 160, ResizeFilter.Box), "early masks"))],
    columns: 4).SavePng("own-masks.png");
Console.WriteLine($"'{Prompt}': plain above, masked below, in {Path.GetFullPath("own-masks.png")}");

/// <summary>A random mask in the first steps, where the objects find their places, and the whole U-Net afterwards.</summary>
internal sealed class EarlyMasks(double ratio, double share) : MaskStrategy
{
    public override torch.Tensor Predict(IDenoisingStep step)
    {
        if (step.Index >= share * step.Count)
        {
            return step.Predict(NoMasks.Instance);
        }

        // Drawn at the run's first step, kept for the others, freed when the run ends.
        var targets = MaskTargets.DecoderAttention.Of(step.UNet);
        return step.Predict(step.Run.Keep(this, () => new RandomMaskGenerator(targets, ratio, seed: 0, step.UNet.Device)));
    }
}
