using MaskUNet.Images;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Training;

/// <summary>
/// Trains a reward on preferences, by the pairwise ranking loss of Bradley and Terry: -log sigmoid(score of the better - score of the worse).
/// For ImageReward it is equation 1 of arXiv 2304.05977; for scores that are scaled cosines, HPS's cross-entropy over the two pictures
/// (arXiv 2306.09341).
/// </summary>
/// <remarks>
/// A batch has so many numbers of the dataset, each of one comparison or more, which all weigh the same. The metrics have <c>agreement</c>, the
/// share of a batch's comparisons that the reward orders right. The model stays its owner's.
/// </remarks>
public abstract class RankingTrainer : Trainer
{
    private readonly IComparisonDataset comparisons;
    private readonly PictureOrder order;

    private protected RankingTrainer(IComparisonDataset comparisons, TrainingOptions options)
        : base(options)
    {
        ArgumentNullException.ThrowIfNull(comparisons);
        this.comparisons = comparisons;
        order = new PictureOrder(comparisons.Count, options.Seed);
    }

    /// <inheritdoc/>
    protected override IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string> { ["Comparisons"] = comparisons.Name };

    /// <inheritdoc/>
    protected override Tensor Loss(TrainingStep step)
    {
        ArgumentNullException.ThrowIfNull(step);
        var read = new IReadOnlyList<PictureComparison>[step.BatchSize];
        Parallel.For(0, read.Length, i => read[i] = comparisons.Load(order[step.FirstExample + i]));
        var pairs = new ComparedPairs([.. read.SelectMany(some => some)]);
        var margins = pairs.Margins(Score(cat([.. pairs.Pictures.Select(Prepare)]), pairs));
        step.Report("agreement", margins.gt(0).to(ScalarType.Float32).mean().item<float>());
        return nn.functional.softplus(-margins).mean();
    }

    /// <summary>A picture to the model's pixels, [1, 3, S, S].</summary>
    private protected abstract Tensor Prepare(RgbImage picture);

    /// <summary>All scores of a batch, with gradients to the model's weights.</summary>
    /// <param name="pixels">The pictures of <paramref name="pairs"/>, [P, 3, S, S].</param>
    /// <param name="pairs">What is compared.</param>
    private protected abstract Tensor Score(Tensor pixels, ComparedPairs pairs);
}
