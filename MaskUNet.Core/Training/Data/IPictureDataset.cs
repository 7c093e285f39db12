namespace MaskUNet.Training;

/// <summary>Pictures with captions, by number. Safe to read from several threads at once; the same number always gives the same picture.</summary>
public interface IPictureDataset
{
    /// <summary>What messages and checkpoints call the dataset: its folder, file or seed.</summary>
    string Name { get; }

    /// <summary>Number of pictures, at least 1.</summary>
    long Count { get; }

    /// <summary>Reads a picture. Readers of a dataset skip the damaged ones (<see cref="ImageException"/>); every other exception ends a run.</summary>
    /// <param name="index">Its number, from 0 to <see cref="Count"/> - 1.</param>
    /// <exception cref="ImageException">The picture is damaged; the message names it.</exception>
    /// <exception cref="InvalidOptionException">There is no picture of this number.</exception>
    CaptionedPicture Load(long index);
}
