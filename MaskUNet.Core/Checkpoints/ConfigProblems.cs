namespace MaskUNet.Checkpoints;

/// <summary>Collects what is wrong with a model's sizes, so that one message names it all.</summary>
internal sealed class ConfigProblems
{
    // More than any model has; a damaged value must not ask for the memory of its size.
    public const int MostChannels = 1 << 16;
    public const int MostBlocks = 10;
    public const int MostLayers = 256;

    private readonly List<string> problems = [];

    /// <summary>Requires a number from 1 to a bound.</summary>
    public void Range(string key, int value, int most) =>
        Require(value >= 1 && value <= most, $"{key} is {value}; it must be 1 to {most}");

    /// <summary>Requires the epsilon of a normalisation.</summary>
    public void Epsilon(string key, double value) => Require(value is > 0 and < 1, $"{key} is {value}; it must lie between 0 and 1");

    /// <summary>Requires that one size divides another; nothing of a size that <see cref="Range"/> refuses.</summary>
    public void Divides(string key, int value, string wholeKey, int whole) =>
        Require(value < 1 || whole % value == 0, $"{key} is {value}, which does not divide {wholeKey} {whole}");

    /// <summary>Requires known types of blocks, one a resolution.</summary>
    public void Types(string key, IReadOnlyList<string> types, int count, params string[] known)
    {
        Require(types.Count == count, $"{key} has {types.Count} entries and block_out_channels {count}");
        foreach (var type in types.Where(type => !known.Contains(type, StringComparer.Ordinal)))
        {
            Require(false, $"{key} holds '{type}'; only {string.Join(" and ", known)} is supported");
        }
    }

    /// <summary>Notes a problem where a condition does not hold.</summary>
    public void Require(bool holds, FormattableString problem)
    {
        if (!holds)
        {
            problems.Add(FormattableString.Invariant(problem));
        }
    }

    /// <summary>Ends the check.</summary>
    /// <exception cref="CheckpointException">There are problems; the message names them all.</exception>
    public void Refuse(string source, string model)
    {
        if (problems.Count > 0)
        {
            throw new CheckpointException(
                $"{source} describes {model} that cannot be built: {string.Join("; ", problems)}. Use the model's own config.json.");
        }
    }
}
