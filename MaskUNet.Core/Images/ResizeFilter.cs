namespace MaskUNet.Images;

/// <summary>How pixels are weighted when a picture changes its size; Pillow's filters.</summary>
public enum ResizeFilter
{
    /// <summary>Lanczos' windowed sinc of three lobes: the sharpest, and what diffusers prepares pictures with.</summary>
    Lanczos,

    /// <summary>Catmull and Rom's cubic (a = -0.5): what CLIP-like models prepare pictures with.</summary>
    Bicubic,

    /// <summary>Linear interpolation.</summary>
    Bilinear,

    /// <summary>The mean of the pixels covered.</summary>
    Box,
}
