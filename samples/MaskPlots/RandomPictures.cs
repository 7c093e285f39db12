using MaskUNet.Images;
using MaskUNet.Masking;

namespace MaskUNet.Samples.MaskPlots;

/// <summary>Figure 1 (a): the same pictures under random masks of rising ratio, a column each.</summary>
internal static class RandomPictures
{
    private const string Prompt = "a red striped ring";
    private const int Side = 128;

    public static async Task SaveAsync(Studio studio, IReadOnlyList<double> ratios, string path)
    {
        var columns = new List<IReadOnlyList<(RgbImage Picture, bool Right)>>();
        foreach (var ratio in ratios)
        {
            columns.Add(await studio.ShowAsync(Prompt, new RandomMasks(ratio)));
        }

        var cells = Enumerable.Range(0, columns[0].Count).SelectMany(row => columns.Zip(ratios, (column, ratio) =>
            (column[row].Picture.Resize(Side, Side, ResizeFilter.Box), FormattableString.Invariant($"{ratio:P0}: {(column[row].Right ? "yes" : "no")}"))));
        ContactSheet.Create([.. cells], ratios.Count).SavePng(path);
        Console.WriteLine(path);
    }
}
