namespace MaskUNet.Shapes.Judging;

/// <summary>The six tasks of GenEval, by what a prompt asks for.</summary>
public enum GenEvalTask
{
    /// <summary>One object, its colour not named.</summary>
    SingleObject,

    /// <summary>Objects of two kinds without a relation, not both of named colour.</summary>
    TwoObjects,

    /// <summary>Two to four objects of a kind.</summary>
    Counting,

    /// <summary>One object of a named colour.</summary>
    Colors,

    /// <summary>Objects of two kinds in a relation.</summary>
    Position,

    /// <summary>Objects of two kinds, each of a named colour.</summary>
    ColorAttribution,
}
