using MaskUNet.Masking;
using static System.FormattableString;

namespace MaskUNet.Samples.Results;

/// <summary>The ways of drawing that need no reward.</summary>
internal static class Kinds
{
    /// <summary>Candidates from as many noises, no masks; the first is the plain picture.</summary>
    public static Kind Plain { get; } = new("plain", (_, _) => MaskStrategy.None);

    /// <summary>The same with random masks, one for each batch of candidates.</summary>
    public static Kind Random { get; } = RandomOf(Experiment.MoreMasked);

    /// <summary>Those of which as many are drawn as cost what guiding costs.</summary>
    public static IReadOnlyList<Kind> Candidates => [Plain, Random];

    /// <summary>Fewer weights zeroed; one picture a prompt and seed, many prompts in a batch.</summary>
    public static Kind FewRandom { get; } = RandomOf(Experiment.FewMasked) with { TakesPrompts = true };

    /// <summary>One picture a prompt and seed.</summary>
    /// <param name="file">The masks.</param>
    public static Kind Learned(string file)
    {
        var masks = new LearnedMasks(file);
        return new("learned masks", (_, _) => masks, ContentHash.OfWeights(file), TakesPrompts: true);
    }

    private static Kind RandomOf(double ratio) => new(Invariant($"random masks, {ratio}"), (key, batch) => new RandomMasks(ratio, Experiment.Masks(key, batch)));
}
