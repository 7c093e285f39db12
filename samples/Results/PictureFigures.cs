using System.Text.Json.Serialization;
using MaskUNet.Shapes.Judging;
using MaskUNet.Shapes.Prompts;

namespace MaskUNet.Samples.Results;

/// <summary>All that is kept of a picture.</summary>
/// <param name="Objects">GenEval: enough objects.</param>
/// <param name="Colors">GenEval: of the named colours.</param>
/// <param name="Position">GenEval: in the relation.</param>
/// <param name="ColorBinding">CompBench: colours.</param>
/// <param name="ShapeBinding">CompBench: shapes.</param>
/// <param name="TextureBinding">CompBench: textures.</param>
/// <param name="Grade">The share of what the prompt asks for that the oracle finds.</param>
/// <param name="Clip">The cosine of picture and prompt in the small CLIP.</param>
/// <param name="Rewards">The score of each reward that guides.</param>
/// <param name="Features">What the distance to scenes is measured by: the small CLIP's features in half precision.</param>
internal sealed record PictureFigures(
    bool Objects,
    bool? Colors,
    bool? Position,
    double? ColorBinding,
    double ShapeBinding,
    double? TextureBinding,
    double Grade,
    double Clip,
    IReadOnlyList<double> Rewards,
    byte[] Features)
{
    /// <summary>All that GenEval looks at is right; it does not look at textures.</summary>
    [JsonIgnore]
    public bool IsCorrect => Objects && Colors != false && Position != false;

    /// <summary>All that the prompt asks for is there, textures too.</summary>
    [JsonIgnore]
    public bool IsAllRight => IsCorrect && TextureBinding is not 0;

    public OracleVerdict Verdict(ScenePrompt prompt) =>
        new(prompt, new GenEvalResult(GenEval.TaskOf(prompt), Objects, Colors, Position), new CompBenchScores(ColorBinding, ShapeBinding, TextureBinding));
}
