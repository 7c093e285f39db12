namespace MaskUNet.Shapes.Prompts;

/// <summary>What is drawn on an object, in a dark shade of its colour; periods are 7 px or more.</summary>
public enum ShapeTexture
{
    /// <summary>Nothing.</summary>
    Plain,

    /// <summary>Stripes: upright, level or along a diagonal.</summary>
    Striped,

    /// <summary>Dots on a square lattice.</summary>
    Dotted,

    /// <summary>A chessboard.</summary>
    Chequered,
}
