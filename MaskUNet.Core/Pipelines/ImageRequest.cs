using MaskUNet.Images;
using MaskUNet.Latents;
using MaskUNet.Masking;
using MaskUNet.Scheduling;

namespace MaskUNet;

/// <summary>What a pipeline is asked to draw. Immutable; change it with <c>with</c>.</summary>
public sealed record ImageRequest
{
    /// <summary>The default of <see cref="Steps"/>.</summary>
    public const int DefaultSteps = 50;

    /// <summary>The default of <see cref="GuidanceScale"/> (paper, section 4.1).</summary>
    public const double DefaultGuidanceScale = 7.5;

    /// <summary>The default of <see cref="Strength"/>.</summary>
    public const double DefaultStrength = 0.8;

    /// <summary>Asks for pictures of one prompt.</summary>
    /// <param name="prompt">The prompt; empty for an unconditional picture.</param>
    public ImageRequest(string prompt)
        : this([prompt])
    {
    }

    /// <summary>Asks for pictures of several prompts in one batch.</summary>
    /// <param name="prompts">The prompts, at least one.</param>
    public ImageRequest(IReadOnlyList<string> prompts) => Prompts = prompts;

    /// <summary>The prompts.</summary>
    public IReadOnlyList<string> Prompts { get; init; }

    /// <summary>What the pictures should not show: empty (default), one for all prompts, or one a prompt. Ignored without guidance.</summary>
    public IReadOnlyList<string> NegativePrompts { get; init; } = [];

    /// <summary>The same as one text for all prompts.</summary>
    public string NegativePrompt
    {
        get => NegativePrompts.Count == 0 ? "" : NegativePrompts[0];
        init => NegativePrompts = [value];
    }

    /// <summary>How many pictures of each prompt; 1 by default. The batch's order is prompt by prompt.</summary>
    public int ImagesPerPrompt { get; init; } = 1;

    /// <summary>
    /// The first image's seed; each further image of the batch has the next one. Null (default) chooses at random; the result says what
    /// was chosen. The noise is that of PyTorch's CPU generator.
    /// </summary>
    public long? Seed { get; init; }

    /// <summary>A seed an image of the batch, instead of <see cref="Seed"/>.</summary>
    public IReadOnlyList<long>? Seeds { get; init; }

    /// <summary>True to draw the whole batch's noise from one generator, as diffusers does given a single generator. False by default.</summary>
    public bool SharedGenerator { get; init; }

    /// <summary>Denoising steps, 1 to 1000; 50 by default.</summary>
    public int Steps { get; init; } = DefaultSteps;

    /// <summary>Classifier-free guidance; 7.5 by default. At most 1 means none: half the work, and no negative prompt.</summary>
    public double GuidanceScale { get; init; } = DefaultGuidanceScale;

    /// <summary>How far guidance is scaled back to the conditional prediction's deviation, 0 (default) to 1 (Lin et al. 2023, section 3.4).</summary>
    public double GuidanceRescale { get; init; }

    /// <summary>DDIM's eta: 0 (default) deterministic, 1 as noisy as DDPM.</summary>
    public double Eta { get; init; }

    /// <summary>How many of the text encoder's last layers are left out for the prompts (not the negative ones, as in diffusers); 0 by default.</summary>
    public int ClipSkip { get; init; }

    /// <summary>Pixels, a multiple of 8; null (default) for the model's own size, or the input image's.</summary>
    public int? Width { get; init; }

    /// <summary>Pixels, a multiple of 8; null (default) for the model's own size, or the input image's.</summary>
    public int? Height { get; init; }

    /// <summary>A picture to start from (image to image); null (default) starts from noise.</summary>
    public RgbImage? Image { get; init; }

    /// <summary>With <see cref="Image"/>: the share of the steps that is run, above 0 and at most 1; 0.8 by default.</summary>
    public double Strength { get; init; } = DefaultStrength;

    /// <summary>How masks are found for this request; null (default) for the pipeline's way.</summary>
    public MaskStrategy? Masks { get; init; }

    /// <summary>The scheduler of this request; null (default) for the pipeline's.</summary>
    public IDiffusionScheduler? Scheduler { get; init; }

    /// <summary>The same as a configuration that names its class, as files and <see cref="FromPng(string)"/> have it.</summary>
    public SchedulerConfig? SchedulerConfig { get; init; }

    /// <summary>How many pictures the request asks for.</summary>
    public int Count => Prompts.Count * ImagesPerPrompt;

    /// <summary>The request that draws a picture again, from the PNG file that a pipeline's <see cref="GeneratedImage"/> saved.</summary>
    /// <param name="path">The file.</param>
    /// <returns>
    /// One image with its own seed; or, where the noise came from a shared generator, the whole batch. The same model on the same machine
    /// draws the same picture; one that was drawn beside others can differ in the last digits, since sums are then taken in another order.
    /// </returns>
    /// <exception cref="ImageException">The file cannot be read, is no PNG file, or holds no settings.</exception>
    /// <exception cref="InvalidOptionException">
    /// The settings are damaged, or tell of what a text cannot bring back, such as the picture that image to image began with.
    /// </exception>
    public static ImageRequest FromPng(string path)
    {
        var request = FromPng(path, out var missing);
        return missing.Count == 0
            ? request
            : throw new InvalidOptionException(
                $"{path} does not hold all that its picture was drawn from: {string.Join(" ", missing)} FromPng(path, out missing) gives the rest.");
    }

    /// <summary>The same without what a text cannot bring back.</summary>
    /// <param name="path">The file.</param>
    /// <param name="missing">What must be set again by hand for the same picture, a sentence each; empty if nothing.</param>
    /// <exception cref="ImageException">The file cannot be read, is no PNG file, or holds no settings.</exception>
    /// <exception cref="InvalidOptionException">The settings are damaged.</exception>
    public static ImageRequest FromPng(string path, out IReadOnlyList<string> missing)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return PngText.Read(path).TryGetValue(GeneratedImage.SettingsKeyword, out var settings)
            ? ImageRequestJson.Read(settings, out missing)
            : throw new ImageException($"{path} holds no settings of a picture; give a PNG file that GeneratedImage.SavePng wrote.");
    }
}
