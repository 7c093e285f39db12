namespace MaskUNet.Latents;

/// <summary>When pictures are decoded and encoded in strips instead of whole.</summary>
public enum TilingMode
{
    /// <summary>Above a size, and when the memory does not suffice for the whole.</summary>
    Automatic,

    /// <summary>Always.</summary>
    Always,

    /// <summary>Never.</summary>
    Never,
}
