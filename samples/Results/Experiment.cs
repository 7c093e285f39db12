namespace MaskUNet.Samples.Results;

/// <summary>What is the same for all rows: each draws the same prompts from the same noise with as many steps of the same solver.</summary>
internal static class Experiment
{
    /// <summary>The seed of the prompts, as in the model's card.</summary>
    public const long PromptSeed = 2;

    /// <summary>Scenes that the pictures are compared with.</summary>
    public const int Scenes = 500;

    public const double FewMasked = 0.05;

    public const double MoreMasked = 0.1;

    /// <summary>Prompts whose single pictures are drawn in a batch, and share random masks.</summary>
    public const int PromptBatch = 10;

    /// <summary>Candidates that are drawn in a batch, and share random masks.</summary>
    public const int CandidateBatch = 8;

    private const long SeedStride = 1_000_000;
    private const long CandidateStride = 1_000_000_000;
    private const int MostBatches = 1000;

    /// <summary>Steps and guidance; DPM-Solver with the steps of the paper's reward-guided runs.</summary>
    public static ImageRequest Request { get; } = TinyShapes.Request("") with { Steps = 15 };

    /// <summary>The seed of the noise of a candidate; the first one is what all rows of the prompt and the seed begin with.</summary>
    public static long Noise(PictureKey key, int candidate = 0) => key.Prompt + (key.Seed * SeedStride) + (candidate * CandidateStride);

    /// <summary>The seed of a batch's random masks.</summary>
    public static long Masks(PictureKey key, int batch = 0) => (Noise(key) * MostBatches) + batch;
}
