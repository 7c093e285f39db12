using MaskUNet.Images;
using MaskUNet.Shapes.Judging;
using MaskUNet.Shapes.Prompts;
using MaskUNet.Training;

namespace MaskUNet.Shapes.TrainRewards;

/// <summary>Pictures, each read by the oracle once, and ranked for any caption.</summary>
internal sealed class RankedPictures(IReadOnlyList<RgbImage> pictures)
{
    private readonly IReadOnlyList<ObjectReading>[] readings = [.. pictures.Select(SceneOracle.Read)];

    /// <summary>For each caption all pairs of pictures to which the oracle gives different grades.</summary>
    public List<PictureComparison> For(IEnumerable<string> captions) => [.. captions.Distinct().SelectMany(caption =>
    {
        var prompt = ScenePrompt.Parse(caption);
        return GradedComparisons.Pairs(caption, pictures, [.. readings.Select(reading => OracleGrade.Of(prompt, reading))]);
    })];
}
