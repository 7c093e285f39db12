using System.Globalization;
using MaskUNet.Images;
using MaskUNet.Rewards;

namespace MaskUNet.Latents;

/// <summary>A picture that a pipeline made, with what is needed to make it again. Immutable, managed memory only; nothing to dispose.</summary>
/// <param name="Image">The pixels.</param>
/// <param name="Prompt">The prompt.</param>
/// <param name="Seed">The seed of its noise.</param>
/// <param name="Index">Its place among the pictures of the request, from 0.</param>
public sealed record GeneratedImage(RgbImage Image, string Prompt, long Seed, int Index = 0)
{
    /// <summary>The PNG keyword of <see cref="Prompt"/>.</summary>
    public const string PromptKeyword = "prompt";

    /// <summary>The PNG keyword of <see cref="Seed"/>.</summary>
    public const string SeedKeyword = "seed";

    /// <summary>The PNG keyword of <see cref="Settings"/>.</summary>
    public const string SettingsKeyword = "settings";

    /// <summary>The request as JSON, or null.</summary>
    public string? Settings { get; init; }

    /// <summary>What the rewards say of it and of the plain picture; null where it was not guided by rewards, or nobody wanted to know.</summary>
    public RewardComparison? Rewards { get; init; }

    /// <summary>Pixels in a row.</summary>
    public int Width => Image.Width;

    /// <summary>Rows.</summary>
    public int Height => Image.Height;

    /// <summary>What the PNG file says of the picture, by keyword; <see cref="PngText.Read"/> gives it back.</summary>
    public IReadOnlyDictionary<string, string> Texts
    {
        get
        {
            var texts = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                [PromptKeyword] = Prompt,
                [SeedKeyword] = Seed.ToString(CultureInfo.InvariantCulture),
            };
            if (Settings is not null)
            {
                texts[SettingsKeyword] = Settings;
            }

            return texts;
        }
    }

    /// <summary>The picture as a PNG file that carries <see cref="Texts"/>.</summary>
    /// <exception cref="InvalidOptionException">A text holds a zero character.</exception>
    public byte[] ToPng() => Image.ToPng(Texts);

    /// <summary>Writes a PNG file that carries <see cref="Texts"/>, whole or not at all; a missing folder is made.</summary>
    /// <param name="path">The file, replaced if it exists.</param>
    /// <exception cref="ImageException">The file cannot be written.</exception>
    /// <exception cref="InvalidOptionException">A text holds a zero character.</exception>
    public void SavePng(string path) => Image.SavePng(path, Texts);
}
