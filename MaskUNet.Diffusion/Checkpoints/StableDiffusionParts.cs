using MaskUNet.Prompting.Clip;
using MaskUNet.Scheduling;

namespace MaskUNet.Checkpoints;

/// <summary>What was found of a model on disk.</summary>
internal sealed record StableDiffusionParts
{
    // diffusers' defaults, which a config leaves out.
    private const int DefaultTextWidth = 1280;
    private const int DefaultChannels = 4;

    public required ModelPart UNet { get; init; }

    public required ModelPart Vae { get; init; }

    public required ModelPart TextEncoder { get; init; }

    public required SchedulerConfig SchedulerConfig { get; init; }

    /// <summary>Null for the published vocabulary.</summary>
    public string? TokenizerFolder { get; init; }

    /// <summary>For the published vocabulary.</summary>
    public string PadToken { get; init; } = "<|endoftext|>";

    public ClipTokenization Tokenization { get; init; }

    /// <summary>Refuses parts of different models, and models that take more than noisy latents, before any is built.</summary>
    public void RequireOneModel()
    {
        var unet = new ConfigReader(UNet.Config, $"the config of {UNet.Weights.Name}");
        var vae = new ConfigReader(Vae.Config, $"the config of {Vae.Weights.Name}");
        RequireChannels(
            unet.Integer("in_channels", DefaultChannels), unet.Integer("out_channels", DefaultChannels), vae.Integer("latent_channels", DefaultChannels));
        var needed = unet.Integer("cross_attention_dim", DefaultTextWidth);
        var given = ClipTextConfig.Parse(TextEncoder.Config, $"the config of {TextEncoder.Weights.Name}").HiddenSize;
        if (needed != given)
        {
            throw new CheckpointException(
                $"The U-Net {UNet.Weights.Name} takes text of width {needed}{FamilyOf(needed)}, but the text encoder {TextEncoder.Weights.Name} gives {given}{FamilyOf(given)}: " +
                "take both from one model.");
        }
    }

    private void RequireChannels(int taken, int given, int latent)
    {
        if (taken != given || taken != latent)
        {
            throw new CheckpointException(
                $"The U-Net {UNet.Weights.Name} takes {taken} channels and gives {given}, but the autoencoder {Vae.Weights.Name} makes latents of " +
                $"{latent}: models for inpainting, editing or upscaling are not supported; use one for text to image, all parts of one model.");
        }
    }

    private static string FamilyOf(int width) => width switch
    {
        768 => " (Stable Diffusion 1.x)",
        1024 => " (Stable Diffusion 2.x)",
        _ => "",
    };
}
