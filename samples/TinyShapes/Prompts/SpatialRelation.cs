namespace MaskUNet.Shapes.Prompts;

/// <summary>Where the first objects of a prompt are, seen from the second.</summary>
public enum SpatialRelation
{
    /// <summary>To the left.</summary>
    LeftOf,

    /// <summary>To the right.</summary>
    RightOf,

    /// <summary>Higher up.</summary>
    Above,

    /// <summary>Lower down.</summary>
    Below,
}
