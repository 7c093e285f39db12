using MaskUNet.Prompting.Clip;

namespace MaskUNet.Checkpoints;

/// <summary>What was found of a model on disk.</summary>
internal sealed record StableDiffusionParts
{
    // diffusers' default, which a config leaves out.
    private const int DefaultTextWidth = 1280;

    public required ModelPart UNet { get; init; }

    public required ModelPart Vae { get; init; }

    public required ModelPart TextEncoder { get; init; }

    public required string SchedulerConfig { get; init; }

    /// <summary>Null for the published vocabulary.</summary>
    public string? TokenizerFolder { get; init; }

    /// <summary>For the published vocabulary.</summary>
    public string PadToken { get; init; } = "<|endoftext|>";

    public ClipTokenization Tokenization { get; init; }

    /// <summary>Refuses a U-Net and a text encoder of different models, before either is built.</summary>
    public void RequireOneModel()
    {
        var needed = new ConfigReader(UNet.Config, $"the config of {UNet.Weights.Name}").Integer("cross_attention_dim", DefaultTextWidth);
        var given = ClipTextConfig.Parse(TextEncoder.Config, $"the config of {TextEncoder.Weights.Name}").HiddenSize;
        if (needed != given)
        {
            throw new CheckpointException(
                $"The U-Net {UNet.Weights.Name} takes text of width {needed}{FamilyOf(needed)}, but the text encoder {TextEncoder.Weights.Name} gives {given}{FamilyOf(given)}: " +
                "take both from one model.");
        }
    }

    private static string FamilyOf(int width) => width switch
    {
        768 => " (Stable Diffusion 1.x)",
        1024 => " (Stable Diffusion 2.x)",
        _ => "",
    };
}
