using System.Globalization;
using MaskUNet.Rewards;
using MaskUNet.Rewards.Evaluation;
using MaskUNet.Shapes.Scenes;
using MaskUNet.Training;

namespace MaskUNet.Shapes.TrainRewards;

/// <summary>How often rewards and the oracle agree on pairs of pictures for held-out prompts.</summary>
internal sealed class AgreementReport
{
    private readonly (string Name, IReadOnlyList<PictureComparison> Comparisons)[] sets;

    public AgreementReport(GradedPictures heldOut)
    {
        var all = All(new GradedComparisons(heldOut, "held-out"));
        // Of each prompt come first the drawn pictures, then the two rendered ones.
        var prompts = heldOut.Pictures.Count / (Recipe.MaskRatios.Count + DrawingStage.RenderedOfEach);
        var rendered = heldOut.Pictures.Skip(prompts * Recipe.MaskRatios.Count).ToHashSet();
        sets =
        [
            ("all pairs", all),
            ("both drawn by the model", [.. all.Where(one => !rendered.Contains(one.Better) && !rendered.Contains(one.Worse))]),
            ("the scene against a scene that reads like it", All(new RenderedComparisons(Recipe.PromptSeed, SceneSplit.HeldOut, prompts))),
        ];
    }

    public string Of(IRewardModel reward) => string.Join(", ", sets.Select(set => string.Create(
        CultureInfo.InvariantCulture, $"{set.Name} ({set.Comparisons.Count}) {RankingAgreement.Of(reward, set.Comparisons):P1}")));

    private static List<PictureComparison> All(IComparisonDataset dataset) => [.. Enumerable.Range(0, (int)dataset.Count).Select(i => dataset.Load(i))];
}
