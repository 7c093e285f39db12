using MaskUNet.Masking;
using static System.FormattableString;

namespace MaskUNet.Samples.Results;

/// <summary>The ways of drawing that need no reward.</summary>
internal static class Kinds
{
    /// <summary>Candidates from as many noises, no masks; the first is the plain picture.</summary>
    public const string Plain = "plain";

    public const string Learned = "learned masks";

    /// <summary>The same with random masks, one for each batch of candidates.</summary>
    public static string Random { get; } = RandomOf(Experiment.MoreMasked);

    /// <summary>What is drawn once a prompt and seed, many prompts in a batch: the name, and masks for a batch whose pictures belong together.</summary>
    public static IReadOnlyList<(string Kind, Func<PictureKey, MaskStrategy> Masks)> Single(string? learnedMasks)
    {
        var kinds = new List<(string, Func<PictureKey, MaskStrategy>)>
        {
            (RandomOf(Experiment.FewMasked), first => new RandomMasks(Experiment.FewMasked, Experiment.Masks(first))),
        };
        if (learnedMasks is not null)
        {
            var masks = new LearnedMasks(learnedMasks);
            kinds.Add((Learned, _ => masks));
        }

        return kinds;
    }

    /// <summary>What is drawn as many candidates of each prompt and seed: the name, and the masks of a batch of them.</summary>
    public static IReadOnlyList<(string Kind, Func<PictureKey, int, MaskStrategy> Masks)> Candidates { get; } =
    [
        (Plain, (_, _) => MaskStrategy.None),
        (Random, (key, batch) => new RandomMasks(Experiment.MoreMasked, Experiment.Masks(key, batch))),
    ];

    private static string RandomOf(double ratio) => Invariant($"random masks, {ratio}");
}
