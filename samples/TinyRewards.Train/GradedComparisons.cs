using MaskUNet.Images;
using MaskUNet.Shapes.Prompts;
using MaskUNet.Training;

namespace MaskUNet.Shapes.TrainRewards;

/// <summary>
/// Of each prompt, all pairs of its pictures to which the oracle gives different grades; and the pairs of the same pictures as the oracle grades
/// them for captions that read like the prompt and for parts of it, so that it is not the picture alone that is liked, and that each object and
/// attribute is seen by itself.
/// </summary>
internal sealed class GradedComparisons : IComparisonDataset
{
    private const int Others = 2;

    private readonly List<PictureComparison>[] rankings;

    public GradedComparisons(GradedPictures graded)
    {
        Name = $"{graded.Pictures.Count} graded pictures";
        var ofPrompts = Enumerable.Range(0, graded.Prompts.Count).GroupBy(i => graded.Prompts[i]).Select(prompt =>
            (Prompt: prompt.Key, Pictures: prompt.Select(i => graded.Pictures[i]).ToArray()));
        rankings = [.. ofPrompts.AsParallel().AsOrdered().Select(one => Ranked(one.Prompt, one.Pictures)).Where(pairs => pairs.Count > 0)];
    }

    public string Name { get; }

    public long Count => (long)rankings.Length * PictureVariant.Count;

    public IReadOnlyList<PictureComparison> Load(long index)
    {
        var (number, ranking) = Math.DivRem(index, rankings.Length);
        var variant = PictureVariant.Of((int)number);
        var pairs = rankings[ranking];
        var pictures = pairs.SelectMany(one => new[] { one.Better, one.Worse }).Distinct().ToDictionary(picture => picture, variant.Apply);
        return [.. pairs.Select(one => new PictureComparison(variant.Apply(one.Prompt), pictures[one.Better], pictures[one.Worse]))];
    }

    /// <summary>All pairs of pictures with different grades.</summary>
    public static IEnumerable<PictureComparison> Pairs(string prompt, IReadOnlyList<RgbImage> pictures, IReadOnlyList<float> grades) =>
        from better in Enumerable.Range(0, pictures.Count)
        from worse in Enumerable.Range(0, pictures.Count)
        where grades[better] > grades[worse]
        select new PictureComparison(prompt, pictures[better], pictures[worse]);

    private static List<PictureComparison> Ranked(string prompt, RgbImage[] pictures) => new RankedPictures(pictures).For(
    [
        prompt,
        Distractor.Of(prompt),
        .. NearPrompts.Others(prompt).Take(Others - 1).Concat(NearPrompts.Parts(ScenePrompt.Parse(prompt))).Select(near => near.ToString()),
    ]);
}
