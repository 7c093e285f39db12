namespace MaskUNet.Training;

/// <summary>Preferences, by number. Safe to read from several threads at once; the same number always gives the same comparison.</summary>
public interface IComparisonDataset
{
    /// <summary>What messages and checkpoints call the dataset.</summary>
    string Name { get; }

    /// <summary>Number of comparisons, at least 1.</summary>
    long Count { get; }

    /// <summary>Reads a comparison.</summary>
    /// <param name="index">Its number, from 0 to <see cref="Count"/> - 1.</param>
    PictureComparison Load(long index);
}
