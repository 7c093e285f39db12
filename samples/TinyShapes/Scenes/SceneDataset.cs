using MaskUNet.Training;

namespace MaskUNet.Shapes.Scenes;

/// <summary>The first scenes of a seed as a dataset, drawn when they are asked for. Safe to share between threads.</summary>
public sealed class SceneDataset : IPictureDataset
{
    /// <summary>The number of scenes, where no other is named.</summary>
    public const long DefaultCount = 1_000_000;

    private readonly SceneSource scenes;

    /// <summary>Creates a dataset.</summary>
    /// <param name="seed">Another seed gives other scenes.</param>
    /// <param name="split">Training scenes (default), or held-out ones.</param>
    /// <param name="count">The number of scenes, at least 1.</param>
    /// <exception cref="InvalidOptionException">The count is below 1.</exception>
    public SceneDataset(long seed, SceneSplit split = SceneSplit.Training, long count = DefaultCount)
    {
        if (count < 1)
        {
            throw new InvalidOptionException($"A dataset of {count} scenes is empty; ask for at least one.");
        }

        scenes = new SceneSource(seed, split);
        Name = $"TinyShapes {split}, seed {seed}";
        Count = count;
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public long Count { get; }

    /// <inheritdoc/>
    public CaptionedPicture Load(long index)
    {
        if (index >= Count)
        {
            throw new InvalidOptionException($"{Name} has {Count} scenes, counted from 0; there is no scene {index}.");
        }

        var scene = scenes[index];
        return new CaptionedPicture(scene.Render(), scene.Caption);
    }
}
