using MaskUNet.Images;
using MaskUNet.Rewards.Blip;
using MaskUNet.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Shapes.TrainRewards;

/// <summary>
/// Gives a reward's scores mean 0 and deviation 1 on what it was ranked on, as ImageReward's published ones have: the ranking loss leaves both open, and
/// a guide's loss, max(0, 2 - score), counts on them.
/// </summary>
internal static class StandardScores
{
    private const string Last = "mlp.layers.7.";

    /// <param name="model">The reward; its last layer is changed.</param>
    /// <param name="score">Its scores, [B].</param>
    /// <param name="comparisons">What it was ranked on.</param>
    /// <param name="rankings">How many rankings to look at.</param>
    public static void Set(ImageRewardModel model, Func<IReadOnlyList<RgbImage>, IReadOnlyList<string>, Tensor> score, IComparisonDataset comparisons, int rankings)
    {
        using var quiet = no_grad();
        using var scope = NewDisposeScope();
        var ranked = Enumerable.Range(0, rankings).Select(i => comparisons.Load(i)).ToList();
        var (weight, bias) = (model.Weights[Last + "weight"], model.Weights[Last + "bias"]);
        // All of the head is an affine map, and so is what follows it: two stretches and a shift of it.
        weight.div_(Scores().std());
        bias.sub_(Scores().mean() / Slope(bias));

        Tensor Scores() => cat([.. ranked.Select(Score)]);

        Tensor Score(IReadOnlyList<PictureComparison> ranking)
        {
            using var inner = NewDisposeScope();
            (string Prompt, RgbImage Picture)[] shown = [.. ranking.SelectMany(pair => new[] { (pair.Prompt, pair.Better), (pair.Prompt, pair.Worse) }).Distinct()];
            return score([.. shown.Select(one => one.Picture)], [.. shown.Select(one => one.Prompt)]).MoveToOuterDisposeScope();
        }

        Tensor Slope(Tensor of)
        {
            var before = Score(ranked[0]);
            of.add_(1);
            var after = Score(ranked[0]);
            of.sub_(1);
            return (after - before).mean();
        }
    }
}
