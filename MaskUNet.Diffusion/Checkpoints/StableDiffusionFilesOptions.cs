namespace MaskUNet.Checkpoints;

/// <summary>How a Stable Diffusion model on disk is read.</summary>
public sealed record StableDiffusionFilesOptions
{
    /// <summary>
    /// The variant of the weight files of a diffusers folder to prefer, such as <c>fp16</c> for <c>model.fp16.safetensors</c>; parts that
    /// lack it are read from their plain file. By default the plain files are preferred, and a lone variant is read where there is none.
    /// </summary>
    public string? Variant { get; init; }

    /// <summary>
    /// For a single file of unusual sizes or settings: a diffusers folder whose configurations (<c>unet/config.json</c> and so on) and, where
    /// it has one, whose tokenizer apply. By default they are those published for Stable Diffusion 1.5 and 2.1.
    /// </summary>
    public string? ConfigFolder { get; init; }

    /// <summary>A folder with <c>vocab.json</c> and <c>merges.txt</c> in place of the model's own tokenizer.</summary>
    public string? TokenizerFolder { get; init; }

    /// <summary>For a single file: true to take the averaged weights of the U-Net (<c>model_ema</c>), which some files hold beside the others.</summary>
    public bool UseAveragedWeights { get; init; }
}
