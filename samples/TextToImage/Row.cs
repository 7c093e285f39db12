using System.CommandLine;
using System.Globalization;
using MaskUNet.Masking;
using MaskUNet.Rewards;
using MaskUNet.Rewards.Clip;

namespace MaskUNet.Samples.TextToImage;

/// <summary>A kind of masks, which gets a row of the sheet.</summary>
/// <param name="Name">What the captions say.</param>
/// <param name="Masks">The masks.</param>
/// <param name="OneByOne">Whether each picture is drawn alone: guided masks are one for the batch, and each picture shall have its own.</param>
internal sealed record Row(string Name, MaskStrategy Masks, bool OneByOne = false) : IDisposable
{
    /// <summary>The rows that the command line asks for, the plain one first.</summary>
    public static IReadOnlyList<Row> Of(ParseResult options)
    {
        var rows = new List<Row> { new("plain", MaskStrategy.None) };
        rows.AddRange(options.GetValue(Options.MaskRatio)!.Where(ratio => ratio > 0).Distinct().Select(ratio => new Row(
            string.Create(CultureInfo.InvariantCulture, $"random {ratio}"), new RandomMasks(ratio, options.GetValue(Options.MaskSeed)))));
        if (LearnedMasksOf(options) is { } file)
        {
            rows.Add(new("learned", new LearnedMasks(file)));
        }

        if (!options.GetValue(Options.Unguided) && Rewards(options) is { Count: > 0 } rewards)
        {
            rows.Add(new Row("guided", new RewardGuidedMasks(new RewardSum(rewards), Guidance(options)), OneByOne: true));
        }

        return rows;
    }

    public void Dispose() => (Masks as IDisposable)?.Dispose();

    private static string? LearnedMasksOf(ParseResult options) =>
        options.GetValue(Options.LearnedMasks) ?? (options.GetValue(Options.Model) is null ? TinyShapes.LearnedMasksFile : null);

    private static RewardGuidedOptions Guidance(ParseResult options)
    {
        var guidance = options.GetValue(Options.Model) is null ? TinyShapes.Guidance : new RewardGuidedOptions();
        return options.GetValue(Options.Iterations) is { } most
            ? guidance with { Iterations = IterationSchedule.Of($"{guidance.Iterations}, at most {most}", (step, steps) => Math.Min(most, guidance.Iterations.At(step, steps))) }
            : guidance;
    }

    // The paper's weights.
    private static List<WeightedReward> Rewards(ParseResult options)
    {
        var published = PublishedRewards.Load(options.GetValue(Options.ImageReward), options.GetValue(Options.Hps));
        return published.Count == 0 && options.GetValue(Options.Model) is null
            ? [new(TinyShapes.LoadHps())]
            : [.. published.Select(reward => new WeightedReward(reward, reward is HpsV2 ? PublishedRewards.HpsWeight : 1))];
    }
}
