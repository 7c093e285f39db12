using MaskUNet.Shapes.Prompts;

namespace MaskUNet.Shapes.Judging;

/// <summary>What the oracle says of one picture.</summary>
/// <param name="Prompt">What it was to show.</param>
/// <param name="GenEval">Present, counted, coloured and placed right or not.</param>
/// <param name="CompBench">How well attributes are bound, in [0, 1].</param>
public sealed record OracleVerdict(ScenePrompt Prompt, GenEvalResult GenEval, CompBenchScores CompBench);

/// <summary>What the oracle says of many pictures: each score is a share, or a mean, in [0, 1]; NaN where no prompt asks for it.</summary>
/// <param name="Verdicts">A verdict a picture.</param>
public sealed record OracleScores(IReadOnlyList<OracleVerdict> Verdicts)
{
    /// <summary>Prompts of one object: it is there.</summary>
    public double SingleObject => Share(verdict => verdict.Prompt is { Second: null, First.Count: 1 } ? verdict.GenEval.Objects : null);

    /// <summary>Prompts of one object with a colour: it is there and has the colour.</summary>
    public double Colors => Share(verdict => verdict.Prompt is { Second: null, First.Count: 1 } ? verdict.GenEval.Colors : null);

    /// <summary>Prompts of two to four objects of a kind: as many are there, no more.</summary>
    public double Counting => Share(verdict => verdict.Prompt is { Second: null, First.Count: > 1 } ? verdict.GenEval.Objects : null);

    /// <summary>Prompts of two kinds: all objects are there.</summary>
    public double TwoObjects => Share(verdict => verdict.Prompt.Second is not null ? verdict.GenEval.Objects : null);

    /// <summary>Prompts with a relation: all objects are there and stand in it.</summary>
    public double Position => Share(verdict => verdict.GenEval.Position);

    /// <summary>Prompts of two kinds, both with a colour: all objects are there and have their colours.</summary>
    public double ColorAttribution => Share(verdict => verdict.Prompt is { First.Color: not null, Second.Color: not null } ? verdict.GenEval.Colors : null);

    /// <summary>All that the prompt asks for is there, textures apart.</summary>
    public double Correct => Share(verdict => verdict.GenEval.Correct);

    /// <summary>CompBench's mean for colours.</summary>
    public double ColorBinding => Mean(verdict => verdict.CompBench.Color);

    /// <summary>CompBench's mean for shapes.</summary>
    public double ShapeBinding => Mean(verdict => verdict.CompBench.Shape);

    /// <summary>CompBench's mean for textures.</summary>
    public double TextureBinding => Mean(verdict => verdict.CompBench.Texture);

    private double Share(Func<OracleVerdict, bool?> asks) => Mean(verdict => asks(verdict) is { } holds ? holds ? 1 : 0 : null);

    private double Mean(Func<OracleVerdict, double?> score) => Verdicts.Select(score).Average() ?? double.NaN;
}
