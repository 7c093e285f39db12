using MaskUNet.Images;

namespace MaskUNet.Samples.Results;

/// <summary>
/// All pictures that were drawn, to be looked at, and to be judged by other rewards without being drawn again. Those of a kind, a prompt and a
/// seed stand one below the other in a PNG file.
/// </summary>
internal sealed class Gallery(string folder)
{
    /// <summary>What there is, the picture from the common noise first.</summary>
    public IReadOnlyList<RgbImage> Load(Kind kind, PictureKey key)
    {
        var path = PathOf(kind, key);
        if (!File.Exists(path))
        {
            return [];
        }

        var column = RgbImage.Load(path);
        var (side, size) = (column.Width, column.Pixels.Length / (column.Height / column.Width));
        return [.. Enumerable.Range(0, column.Height / side).Select(i => new RgbImage(side, side, column.Pixels.Span.Slice(i * size, size)))];
    }

    /// <summary>Keeps square pictures of one size, in the place of what there was.</summary>
    public void Save(Kind kind, PictureKey key, IReadOnlyList<RgbImage> pictures) =>
        new RgbImage(pictures[0].Width, pictures.Sum(picture => picture.Height), [.. pictures.SelectMany(picture => picture.Pixels.ToArray())]).SavePng(PathOf(kind, key));

    private string PathOf(Kind kind, PictureKey key) => Path.Combine(folder, kind.Folder, FormattableString.Invariant($"{key.Prompt}-{key.Seed}.png"));
}
