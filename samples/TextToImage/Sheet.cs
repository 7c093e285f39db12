using System.Globalization;
using MaskUNet.Images;
using MaskUNet.Latents;
using Spectre.Console;

namespace MaskUNet.Samples.TextToImage;

/// <summary>Writes the pictures, and all of them on one sheet: a row a kind of masks, a column a seed.</summary>
internal static class Sheet
{
    private const int LeastWidth = 160; // small pictures are enlarged, so that captions fit under them

    public static void Save(string folder, IReadOnlyList<(string Name, IReadOnlyList<GeneratedImage> Images)> rows, Oracle? oracle)
    {
        var cells = new List<(RgbImage, string)>();
        foreach (var (name, images) in rows)
        {
            var verdicts = images.Select(image => oracle?.Verdict(image.Image)).ToList();
            foreach (var (image, verdict) in images.Zip(verdicts))
            {
                image.SavePng(Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{name.Replace(' ', '-')}-seed-{image.Seed}.png")));
                cells.Add((Enlarged(image.Image), string.Create(CultureInfo.InvariantCulture, $"{name}, seed {image.Seed}  {verdict}").TrimEnd()));
            }

            if (oracle is { Understands: true })
            {
                AnsiConsole.WriteLine($"{name}: {verdicts.Count(verdict => verdict == Oracle.Right)} of {images.Count} pictures show all that was asked for");
            }
        }

        var sheet = Path.GetFullPath(Path.Combine(folder, "sheet.png"));
        ContactSheet.Create(cells, columns: rows[0].Images.Count).SavePng(sheet);
        AnsiConsole.WriteLine($"{cells.Count} pictures, and all of them side by side (a row a kind of masks, a column a seed) in");
        Console.WriteLine(sheet);
    }

    private static RgbImage Enlarged(RgbImage image)
    {
        var factor = (LeastWidth + image.Width - 1) / image.Width;
        return factor <= 1 ? image : image.Resize(factor * image.Width, factor * image.Height, ResizeFilter.Box);
    }
}
