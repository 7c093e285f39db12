using MaskUNet.Prompting.Clip;

namespace MaskUNet.Checkpoints;

/// <summary>What was found of a model on disk.</summary>
internal sealed record StableDiffusionParts
{
    public required ModelPart UNet { get; init; }

    public required ModelPart Vae { get; init; }

    public required ModelPart TextEncoder { get; init; }

    public required string SchedulerConfig { get; init; }

    /// <summary>Null for the published vocabulary.</summary>
    public string? TokenizerFolder { get; init; }

    /// <summary>For the published vocabulary.</summary>
    public string PadToken { get; init; } = "<|endoftext|>";

    public ClipTokenization Tokenization { get; init; }
}
