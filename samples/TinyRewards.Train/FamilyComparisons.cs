using MaskUNet.Training;

namespace MaskUNet.Shapes.TrainRewards;

/// <summary>Families as comparisons: for each caption all pairs of pictures to which the oracle gives different grades.</summary>
internal sealed class FamilyComparisons(IFamilies families, long count) : IComparisonDataset
{
    public string Name => families.Name;

    public long Count => count;

    public IReadOnlyList<PictureComparison> Load(long index)
    {
        for (var number = index; ; number += count)
        {
            List<PictureComparison> comparisons = [.. Of(families[number])];
            if (comparisons.Count > 0)
            {
                return comparisons;
            }
        }
    }

    private static IEnumerable<PictureComparison> Of(Family family)
    {
        var grades = Family.Grades(family.Pictures, family.Captions);
        float Grade(int picture, int caption) => grades[(picture * family.Captions.Count) + caption];
        var pictures = Enumerable.Range(0, family.Pictures.Count);
        return from caption in Enumerable.Range(0, family.Captions.Count)
               from better in pictures
               from worse in pictures
               where Grade(better, caption) > Grade(worse, caption)
               select new PictureComparison(family.Captions[caption], family.Pictures[better].Picture, family.Pictures[worse].Picture);
    }
}
