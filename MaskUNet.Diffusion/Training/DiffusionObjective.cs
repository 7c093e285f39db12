using System.Globalization;
using MaskUNet.Scheduling;

namespace MaskUNet.Training;

/// <summary>What a denoiser is trained on: how noise is added, what it predicts, how timesteps count, how often the caption is left out.</summary>
public sealed record DiffusionObjective
{
    /// <summary>The default of <see cref="CaptionDropout"/>, that of Stable Diffusion.</summary>
    public const double DefaultCaptionDropout = 0.1;

    /// <summary>The noise of each timestep; one is drawn for each example, all alike.</summary>
    public required NoiseSchedule Noise { get; init; }

    /// <summary>What is predicted; the noise by default.</summary>
    public PredictionType Prediction { get; init; } = PredictionType.Epsilon;

    /// <summary>
    /// The gamma of min-SNR weighting (Hang et al., arXiv 2303.09556): timesteps whose signal-to-noise ratio exceeds it count less. 5 is the
    /// paper's; null (default) for equal weights.
    /// </summary>
    public double? MinSnrGamma { get; init; }

    /// <summary>
    /// True to weight errors of the sample by the root of the signal-to-noise ratio (Yu et al., arXiv 2310.08442): noisy timesteps, where
    /// layout is decided, count for more than under min-SNR weights, for less than without any. False by default.
    /// </summary>
    public bool Debiased { get; init; }

    /// <summary>The share of examples whose caption is replaced by the empty one, for classifier-free guidance, in [0, 1]; 0.1 by default.</summary>
    public double CaptionDropout { get; init; } = DefaultCaptionDropout;

    internal IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>(StringComparer.Ordinal)
    {
        [nameof(Noise)] = string.Create(CultureInfo.InvariantCulture, $"{Noise.AlphasCumprod.Count} timesteps down to {Noise.AlphasCumprod[^1]}"),
        [nameof(Prediction)] = Prediction.ToString(),
        [nameof(MinSnrGamma)] = MinSnrGamma?.ToString(CultureInfo.InvariantCulture) ?? "none",
        [nameof(Debiased)] = Debiased ? "yes" : "no",
        [nameof(CaptionDropout)] = CaptionDropout.ToString(CultureInfo.InvariantCulture),
    };

    internal void Validate()
    {
        var problems = new OptionProblems();
        problems.Defined(nameof(Prediction), Prediction);
        problems.Within(nameof(MinSnrGamma), MinSnrGamma is null or (> 0 and <= double.MaxValue), MinSnrGamma, "above 0, or null");
        problems.Within(nameof(Debiased), !Debiased || MinSnrGamma is null, Debiased, $"false where {nameof(MinSnrGamma)} is set");
        problems.Within(nameof(CaptionDropout), CaptionDropout is >= 0 and <= 1, CaptionDropout, "0 to 1");
        problems.Refuse("the diffusion objective");
    }
}
