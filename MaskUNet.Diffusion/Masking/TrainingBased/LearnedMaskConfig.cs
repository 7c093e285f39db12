using MaskUNet.Training;

namespace MaskUNet.Masking;

/// <summary>The sizes of a <see cref="LearnedMaskModel"/>, and what its masks depend on. The defaults are the paper's.</summary>
public sealed record LearnedMaskConfig
{
    /// <summary>The default of <see cref="Factor"/>.</summary>
    public const int DefaultFactor = 4;

    /// <summary>The default of <see cref="HiddenChannels"/>.</summary>
    public const int DefaultHiddenChannels = 64;

    /// <summary>A block's generator gives a matrix this much smaller than its channels, in both directions; at least 1.</summary>
    public int Factor { get; init; } = DefaultFactor;

    /// <summary>Channels of a generator's hidden layer, at least 1.</summary>
    public int HiddenChannels { get; init; } = DefaultHiddenChannels;

    /// <summary>Whether masks depend on the timestep; true by default. False is a row of the paper's Table 4.</summary>
    public bool UsesTimestep { get; init; } = true;

    /// <summary>Whether masks depend on the sample; true by default. False is a row of the paper's Table 4.</summary>
    public bool UsesSample { get; init; } = true;

    /// <summary>Checks every value.</summary>
    /// <exception cref="InvalidOptionException">Names all that are out of range.</exception>
    public void Validate()
    {
        var problems = new OptionProblems();
        problems.AtLeast(nameof(Factor), Factor, 1);
        problems.AtLeast(nameof(HiddenChannels), HiddenChannels, 1);
        problems.Within(nameof(UsesSample), UsesTimestep || UsesSample, UsesSample, $"true where {nameof(UsesTimestep)} is false: masks that depend on nothing need no generator");
        problems.Refuse("learned masks");
    }
}
