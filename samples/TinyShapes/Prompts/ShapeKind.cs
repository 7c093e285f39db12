namespace MaskUNet.Shapes.Prompts;

/// <summary>What an object is.</summary>
public enum ShapeKind
{
    /// <summary>A filled disc.</summary>
    Circle,

    /// <summary>A square that stands on a side.</summary>
    Square,

    /// <summary>A triangle that stands on a side.</summary>
    Triangle,

    /// <summary>A star of five points.</summary>
    Star,

    /// <summary>A heart, its tip below.</summary>
    Heart,

    /// <summary>A rhombus that stands on a corner, taller than wide.</summary>
    Diamond,

    /// <summary>Two crossing bars, as a plus.</summary>
    Cross,

    /// <summary>A disc with a round hole.</summary>
    Ring,
}
