using MaskUNet.Training;

namespace MaskUNet.Shapes.TrainRewards;

/// <summary>Two datasets by turns; the smaller one is gone through several times.</summary>
internal sealed class MixedComparisons(IComparisonDataset first, IComparisonDataset second) : IComparisonDataset
{
    public string Name => $"{first.Name} and {second.Name}";

    public long Count => 2 * Math.Max(first.Count, second.Count);

    public IReadOnlyList<PictureComparison> Load(long index)
    {
        var (place, which) = Math.DivRem(index, 2);
        var dataset = which == 0 ? first : second;
        return dataset.Load(place % dataset.Count);
    }
}
