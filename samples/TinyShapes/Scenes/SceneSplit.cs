namespace MaskUNet.Shapes.Scenes;

/// <summary>Which scenes a source has; the two never share a caption.</summary>
public enum SceneSplit
{
    /// <summary>No object is of a held-out combination of shape, colour and texture.</summary>
    Training,

    /// <summary>The caption names at least one of them.</summary>
    HeldOut,
}
