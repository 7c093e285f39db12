using System.Globalization;
using MaskUNet.Images;
using MaskUNet.Samples.TextToImage;

namespace MaskUNet.Samples.RewardGuided;

/// <summary>A line a picture, a sheet with all of them, and what the masks changed.</summary>
internal static class Summary
{
    private const int Enlarged = 192; // so that captions fit under the pictures
    private const int Columns = 6;

    public static void Print(Pair pair) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"seed {pair.Seed}, {pair.Prompt}: reward {pair.Rewards.Plain.Reward:F3} -> {pair.Rewards.Guided.Reward:F3}, {(pair.IsJudged ? $"oracle {pair.PlainVerdict} -> {pair.GuidedVerdict}, " : "")}{pair.Seconds:F1} s"));

    public static void Save(string folder, IReadOnlyList<Pair> pairs)
    {
        foreach (var pair in pairs)
        {
            pair.Plain.SavePng(Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"plain-{pair.Seed}.png")));
            pair.Guided.SavePng(Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"guided-{pair.Seed}.png")));
        }

        var rows = pairs.Chunk(Columns).SelectMany(row => new[]
        {
            row.Select(pair => Cell(pair.Plain, "plain", pair.Rewards.Plain.Reward, pair.PlainVerdict)).ToList(),
            row.Select(pair => Cell(pair.Guided, "guided", pair.Rewards.Guided.Reward, pair.GuidedVerdict)).ToList(),
        });
        var sheet = Path.GetFullPath(Path.Combine(folder, "sheet.png"));
        ContactSheet.FromRows([.. rows]).SavePng(sheet);

        var verdicts = pairs.Any(pair => pair.IsJudged)
            ? $" right by the oracle {pairs.Count(pair => pair.PlainVerdict == Oracle.Right)} -> {pairs.Count(pair => pair.GuidedVerdict == Oracle.Right)};"
            : "";
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"reward {pairs.Average(pair => pair.Rewards.Plain.Reward):F3} -> {pairs.Average(pair => pair.Rewards.Guided.Reward):F3}, higher in {pairs.Count(pair => pair.Rewards.Guided.Reward > pair.Rewards.Plain.Reward)} of {pairs.Count};"
            + $"{verdicts} {pairs.Average(pair => pair.Seconds):F1} s a picture. All of them side by side in"));
        Console.WriteLine(sheet);
    }

    private static (RgbImage Picture, string Caption) Cell(RgbImage picture, string name, double reward, string verdict) => (
        picture.Width < Enlarged ? picture.Resize(Enlarged, Enlarged, ResizeFilter.Box) : picture, string.Create(CultureInfo.InvariantCulture, $"{name} {reward:F3} {verdict}"));
}
