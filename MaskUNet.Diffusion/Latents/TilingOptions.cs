namespace MaskUNet.Latents;

/// <summary>
/// How large pictures are decoded and encoded with little memory. Strips of rows are computed with the rows around them that a convolution sees, and
/// normalised by the whole picture's mean and variance, so there are no seams: the result is that of the whole picture but for rounding
/// (relative differences around 1e-6). It takes longer, since some convolutions are computed more than once. Immutable.
/// </summary>
/// <remarks>Where gradients are recorded a picture is always taken whole.</remarks>
public sealed record TilingOptions
{
    /// <summary>When to use strips; <see cref="TilingMode.Automatic"/> by default.</summary>
    public TilingMode Mode { get; init; }

    /// <summary>The largest picture that <see cref="TilingMode.Automatic"/> first tries whole, in pixels; 1024 x 1024 by default, whose decoding takes about 4 GB in float32.</summary>
    public long WholePixels { get; init; } = 1024 * 1024;

    /// <summary>Pixels of a strip at any resolution, at least 1; 65,536 by default (256 MB of scratch memory in float32).</summary>
    public long StripPixels { get; init; } = 1 << 16;

    /// <summary>What is wrong, or null.</summary>
    internal string? Problem => Enum.IsDefined(Mode) && WholePixels >= 0 && StripPixels >= 1
        ? null
        : $"Tiling needs a known mode, WholePixels of at least 0 and StripPixels of at least 1; it got {Mode}, {WholePixels} and {StripPixels}.";

    internal void Validate()
    {
        if (Problem is { } problem)
        {
            throw new InvalidOptionException(problem);
        }
    }
}
