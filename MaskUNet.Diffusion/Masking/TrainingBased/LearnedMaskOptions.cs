namespace MaskUNet.Masking;

/// <summary>How <see cref="LearnedMasks"/> are drawn. The defaults are the paper's, with faster noise.</summary>
public sealed record LearnedMaskOptions
{
    /// <summary>How masks are made of logits; hard ones with single-sided noise by default.</summary>
    public GumbelSigmoid GumbelSigmoid { get; init; } = new();

    /// <summary>
    /// Where the noise comes from; <see cref="MaskNoiseSource.Counter"/> by default. With <see cref="MaskNoiseSource.PyTorch"/> the pictures of a
    /// batch share one stream.
    /// </summary>
    public MaskNoiseSource Noise { get; init; }

    /// <summary>The seed of the noise; null (default) for one that follows from each picture's own.</summary>
    public long? Seed { get; init; }
}
