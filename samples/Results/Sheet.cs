using MaskUNet.Images;

namespace MaskUNet.Samples.Results;

/// <summary>Pictures that masks mended, and pictures that they harmed, plain ones over guided ones.</summary>
internal static class Sheet
{
    private const int Most = 6; // of either
    private const int Side = 192; // so that captions fit under the pictures

    /// <summary>Lays pictures out; null where masks neither mended nor harmed any.</summary>
    public static RgbImage? Of(Row plain, Row guided, string kind, IReadOnlyList<string> prompts, string folder)
    {
        var mended = Changed(to: true);
        var harmed = Changed(to: false);
        var columns = Math.Max(mended.Count, harmed.Count);
        List<(RgbImage, string)> cells = [.. Cells(mended, "mended"), .. Cells(harmed, "harmed")];
        return columns > 0 ? ContactSheet.Create(cells, columns) : null;

        List<PictureKey> Changed(bool to) =>
            [.. guided.Figures.Where(pair => pair.Value.IsAllRight == to && plain.Figures[pair.Key].IsAllRight != to).Select(pair => pair.Key).Take(Most)];

        IEnumerable<(RgbImage, string)> Cells(List<PictureKey> keys, string word) => keys.Count == 0 ? [] :
        [
            .. keys.Select(key => (Load(Kinds.Plain, key), $"plain: {prompts[key.Prompt]}")), .. Blanks(columns - keys.Count),
            .. keys.Select(key => (Load(kind, key), $"{word}, {kind}")), .. Blanks(columns - keys.Count),
        ];

        RgbImage Load(string of, PictureKey key) => RgbImage.Load(Run.Picture(folder, of, key)).Resize(Side, Side, ResizeFilter.Box);
    }

    private static IEnumerable<(RgbImage, string)> Blanks(int count)
    {
        var white = new byte[3 * Side * Side];
        Array.Fill(white, byte.MaxValue);
        return Enumerable.Repeat((new RgbImage(Side, Side, white), ""), count);
    }
}
