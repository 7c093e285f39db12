using System.Collections.Concurrent;
using MaskUNet.Training;

namespace MaskUNet.Tests.Training.Data;

/// <summary>A dataset whose captions are the pictures' numbers; some may be damaged.</summary>
internal sealed class NumberedPictures(long count, params long[] damaged) : IPictureDataset
{
    public string Name => "numbers";

    public long Count => count;

    public int Width { get; init; } = 4;

    public ConcurrentQueue<long> Loads { get; } = [];

    public CaptionedPicture Load(long index)
    {
        Loads.Enqueue(index);
        return damaged.Contains(index)
            ? throw new ImageException($"Picture {index} is torn.")
            : new CaptionedPicture(SamplePictures.Of((int)(index % 256), Width), $"{index}");
    }
}
