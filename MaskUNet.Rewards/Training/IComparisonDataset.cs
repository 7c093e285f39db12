namespace MaskUNet.Training;

/// <summary>Preferences, by number. Safe to read from several threads at once; the same number always gives the same comparisons.</summary>
public interface IComparisonDataset
{
    /// <summary>What messages and checkpoints call the dataset.</summary>
    string Name { get; }

    /// <summary>How many numbers there are, at least 1.</summary>
    long Count { get; }

    /// <summary>
    /// Reads one comparison, or several that belong together, such as all pairs of a ranking: what the same <see cref="Images.RgbImage"/> and
    /// the same prompt give is worked out once for all of them.
    /// </summary>
    /// <param name="index">A number from 0 to <see cref="Count"/> - 1.</param>
    /// <returns>At least one comparison.</returns>
    IReadOnlyList<PictureComparison> Load(long index);
}
