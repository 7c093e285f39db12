using MaskUNet.Training;

namespace MaskUNet.Shapes.TrainRewards;

/// <summary>All pairs of pictures for one prompt to which the oracle gives different grades.</summary>
internal sealed class GradedComparisons : IComparisonDataset
{
    private readonly GradedPictures graded;
    private readonly List<(int Better, int Worse)> pairs;

    public GradedComparisons(GradedPictures graded, string name)
    {
        (this.graded, Name) = (graded, name);
        pairs =
        [
            .. from prompt in Enumerable.Range(0, graded.Prompts.Count).GroupBy(i => graded.Prompts[i])
               from better in prompt
               from worse in prompt
               where graded.Grades[better] > graded.Grades[worse]
               select (better, worse),
        ];
    }

    public string Name { get; }

    public long Count => pairs.Count;

    public PictureComparison Load(long index)
    {
        var (better, worse) = pairs[(int)index];
        return new PictureComparison(graded.Prompts[better], graded.Pictures[better], graded.Pictures[worse]);
    }
}
