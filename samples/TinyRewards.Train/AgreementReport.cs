using System.Globalization;
using MaskUNet.Rewards;
using MaskUNet.Rewards.Evaluation;
using MaskUNet.Training;

namespace MaskUNet.Shapes.TrainRewards;

/// <summary>How often rewards and the oracle agree on pairs of pictures for held-out prompts.</summary>
internal sealed class AgreementReport
{
    private readonly (string Name, IReadOnlyList<PictureComparison> Comparisons)[] sets;

    public AgreementReport(GradedPictures heldOut)
    {
        List<PictureComparison> all =
        [
            .. Enumerable.Range(0, heldOut.Prompts.Count).GroupBy(i => heldOut.Prompts[i]).SelectMany(prompt =>
                GradedComparisons.Pairs(prompt.Key, [.. prompt.Select(i => heldOut.Pictures[i])], [.. prompt.Select(i => heldOut.Grades[i])])),
        ];
        var drawn = heldOut.Pictures.Where((_, i) => DrawingStage.IsDrawn(i)).ToHashSet();
        int Drawn(PictureComparison one) => new[] { one.Better, one.Worse }.Count(drawn.Contains);
        sets =
        [
            ("all pairs", all),
            ("both drawn by the model", [.. all.Where(one => Drawn(one) == 2)]),
            ("one drawn, one rendered", [.. all.Where(one => Drawn(one) == 1)]),
            ("both rendered", [.. all.Where(one => Drawn(one) == 0)]),
        ];
    }

    /// <summary>The share of all pairs.</summary>
    public double OfAll(IRewardModel reward) => RankingAgreement.Of(reward, sets[0].Comparisons);

    public string Of(IRewardModel reward) => string.Join(", ", sets.Select(set => string.Create(
        CultureInfo.InvariantCulture, $"{set.Name} ({set.Comparisons.Count}) {RankingAgreement.Of(reward, set.Comparisons):P1}")));
}
