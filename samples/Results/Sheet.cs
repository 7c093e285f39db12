using MaskUNet.Images;

namespace MaskUNet.Samples.Results;

/// <summary>Pictures that masks mended, and pictures that they harmed, plain ones over guided ones.</summary>
internal static class Sheet
{
    private const int Most = 6; // of either
    private const int Side = 192; // so that captions fit under the pictures

    /// <summary>Lays pictures out; null where masks neither mended nor harmed any.</summary>
    public static RgbImage? Of(Row plain, Row guided, Kind kind, IReadOnlyList<string> prompts, Gallery gallery)
    {
        IReadOnlyList<(RgbImage, string)>[] rows = [.. Rows(Changed(to: true), "mended"), .. Rows(Changed(to: false), "harmed")];
        return rows.Length > 0 ? ContactSheet.FromRows(rows) : null;

        List<PictureKey> Changed(bool to) =>
            [.. guided.Figures.Where(pair => pair.Value.IsAllRight == to && plain.Figures[pair.Key].IsAllRight != to).Select(pair => pair.Key).Take(Most)];

        IReadOnlyList<(RgbImage, string)>[] Rows(List<PictureKey> keys, string word) => keys.Count == 0 ? [] :
        [
            [.. keys.Select(key => (Load(Kinds.Plain, key), $"plain: {prompts[key.Prompt]}"))],
            [.. keys.Select(key => (Load(kind, key), $"{word}, {kind.Name}"))],
        ];

        RgbImage Load(Kind of, PictureKey key) => gallery.Load(of, key)[0].Resize(Side, Side, ResizeFilter.Box);
    }
}
