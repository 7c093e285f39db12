using MaskUNet.Samples.Results;

namespace MaskUNet.Tests.Samples;

/// <summary>Figures of pictures that were never drawn.</summary>
internal static class SomeFigures
{
    public static PictureFigures Of(bool right = true, double? texture = null, double grade = 1, params double[] rewards) =>
        new(right, null, null, null, 1, texture, grade, 0.5, rewards, [0, 60]);

    public static Drawing Drawing(Kind kind, PictureKey key, params PictureFigures[] pictures) =>
        new(kind.Folder, key.Prompt, key.Seed, pictures);
}
