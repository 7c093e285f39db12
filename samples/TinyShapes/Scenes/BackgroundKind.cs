namespace MaskUNet.Shapes.Scenes;

/// <summary>How the two tones of a background meet.</summary>
internal enum BackgroundKind
{
    /// <summary>The first alone.</summary>
    Plain,

    /// <summary>From the first at the top to the second at the bottom.</summary>
    Down,

    /// <summary>From the first at the left to the second at the right.</summary>
    Across,

    /// <summary>From the first in the middle to the second in the corners.</summary>
    Vignette,

    /// <summary>A wall of the first above a floor of the second.</summary>
    Horizon,
}
