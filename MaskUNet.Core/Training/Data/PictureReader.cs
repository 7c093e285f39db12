using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using MaskUNet.Images;

namespace MaskUNet.Training;

/// <summary>
/// Reads a dataset in random order, epoch after epoch. What stands at a position is a function of the dataset, the preparation, the seed and the
/// position alone, so that a run that was killed reads on exactly where it was. Safe to use from several threads at once.
/// </summary>
/// <remarks>
/// A damaged picture is left out and noted in <see cref="Skipped"/>; the next one of the dataset that can be read takes its place. Other
/// failures (a folder that went away, a damaged Parquet file) are thrown.
/// </remarks>
public sealed class PictureReader
{
    private readonly PicturePreparation? preparation;
    private readonly long seed;
    private readonly PictureOrder order;
    private readonly ConcurrentDictionary<long, string> skipped = new();

    /// <summary>Creates a reader; nothing is read yet.</summary>
    /// <param name="dataset">The pictures.</param>
    /// <param name="preparation">Makes them into squares of one size; null (default) takes them as they are.</param>
    /// <param name="seed">Another seed gives another order, and other random crops and flips; 0 by default.</param>
    /// <exception cref="InvalidOptionException">The dataset says that it is empty.</exception>
    public PictureReader(IPictureDataset dataset, PicturePreparation? preparation = null, long seed = 0)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        (Dataset, this.preparation, this.seed) = (dataset, preparation, seed);
        order = new PictureOrder(dataset.Count, seed);
    }

    /// <summary>What is read.</summary>
    public IPictureDataset Dataset { get; }

    /// <summary>The damaged pictures met so far, each once, by number; a copy.</summary>
    public IReadOnlyList<SkippedPicture> Skipped =>
        [.. skipped.OrderBy(picture => picture.Key).Select(picture => new SkippedPicture(picture.Key, picture.Value))];

    /// <summary>Reads pictures that follow each other, on several threads.</summary>
    /// <param name="firstPosition">Counts from 0 over all epochs: with n pictures in the dataset, epoch e begins at e * n.</param>
    /// <param name="count">How many, at least 1.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The pictures, by position.</returns>
    /// <exception cref="InvalidOptionException">The position is negative, or the count below 1.</exception>
    /// <exception cref="DatasetException">No picture can be read, or the dataset cannot be read any more.</exception>
    /// <exception cref="OperationCanceledException">The reading was cancelled.</exception>
    public IReadOnlyList<CaptionedPicture> Read(long firstPosition, int count, CancellationToken cancellationToken = default)
    {
        if (firstPosition < 0 || count < 1 || firstPosition > long.MaxValue - count)
        {
            throw new InvalidOptionException($"There are no {count} pictures from position {firstPosition} on; positions count from 0, and at least one is read.");
        }

        var pictures = new CaptionedPicture[count];
        var threads = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellationToken };
        try
        {
            Parallel.For(0, count, threads, slot => pictures[slot] = At(firstPosition + slot, cancellationToken));
        }
        catch (AggregateException several)
        {
            ExceptionDispatchInfo.Throw(several.InnerExceptions[0]);
        }

        return pictures;
    }

    private CaptionedPicture At(long position, CancellationToken cancellationToken)
    {
        var index = order[position];
        for (var tried = 0L; tried < Dataset.Count; tried++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (TryLoad(index, SplitMix64.At(seed, position)) is { } picture)
            {
                return picture;
            }

            index = (index + 1) % Dataset.Count;
        }

        var first = Skipped[0];
        throw new DatasetException($"None of the {Dataset.Count} pictures of {Dataset.Name} can be read; mend or replace them. Picture {first.Index}: {first.Reason}");
    }

    private CaptionedPicture? TryLoad(long index, ulong randomness)
    {
        if (skipped.ContainsKey(index))
        {
            return null;
        }

        try
        {
            var loaded = Dataset.Load(index);
            return preparation is null ? loaded : loaded with { Picture = Prepared(loaded, index, (long)randomness) };
        }
        catch (ImageException damage)
        {
            skipped.TryAdd(index, damage.Message);
            return null;
        }
    }

    private RgbImage Prepared(CaptionedPicture loaded, long index, long randomness)
    {
        try
        {
            return preparation!.Apply(loaded.Picture, randomness);
        }
        catch (ImageException unfit)
        {
            throw new ImageException($"Picture {index} of {Dataset.Name}: {unfit.Message}", unfit);
        }
    }
}
