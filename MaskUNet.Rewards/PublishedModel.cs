using MaskUNet.Checkpoints;

namespace MaskUNet.Rewards;

/// <summary>A model as others publish it: says what is expected, and where to get it, whenever something else is found.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Files">Which files it comes as.</param>
/// <param name="Address">Where it is published.</param>
/// <param name="Kinds">What its keys look like.</param>
internal sealed record PublishedModel(string Name, string Files, string Address, IReadOnlyList<CheckpointKind> Kinds)
{
    private string Expected => $"Expected is {Files}, published at {Address}.";

    /// <summary>The weights' file: the path itself, or the first of some names within a folder.</summary>
    /// <exception cref="CheckpointException">There is none.</exception>
    public string Find(string path, params IReadOnlyList<string> names)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (!Directory.Exists(path))
        {
            return File.Exists(path) ? path : throw new CheckpointException($"There is no {Name} at '{path}'. {Expected}");
        }

        return names.Select(name => Path.Combine(path, name)).FirstOrDefault(File.Exists)
            ?? throw new CheckpointException($"The folder '{path}' holds no {Name}: it has {Content(path)}. {Expected}");
    }

    /// <summary>Opens the weights' file, checks that it is of this model, and builds something of it.</summary>
    /// <exception cref="CheckpointException">It is damaged, or of another model.</exception>
    public T Read<T>(string file, Func<WeightFile, T> build)
    {
        try
        {
            using var weights = WeightFile.Open(file);
            var kind = CheckpointContent.KindOf(weights.Entries);
            return kind == CheckpointKind.Unknown || Kinds.Contains(kind)
                ? build(weights)
                : throw new CheckpointException($"{file} is {CheckpointContent.Describe(kind)}, not {Name}.");
        }
        catch (CheckpointException e)
        {
            throw new CheckpointException($"{e.Message} {Expected}", e);
        }
    }

    private static string Content(string folder)
    {
        const int Shown = 5;
        var names = Directory.EnumerateFileSystemEntries(folder).Take(Shown + 1).Select(Path.GetFileName).ToList();
        return names.Count == 0 ? "nothing" : string.Join(", ", names.Take(Shown)) + (names.Count > Shown ? " and more" : "");
    }
}
