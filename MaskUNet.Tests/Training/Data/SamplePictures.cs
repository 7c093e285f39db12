using MaskUNet.Images;

namespace MaskUNet.Tests.Training.Data;

/// <summary>Pictures whose every pixel tells where it stands and which picture it is.</summary>
internal static class SamplePictures
{
    public static RgbImage Of(int number, int width = 4, int height = 4)
    {
        var pixels = new byte[width * height * 3];
        for (var i = 0; i < width * height; i++)
        {
            (pixels[3 * i], pixels[(3 * i) + 1], pixels[(3 * i) + 2]) = ((byte)(i % width), (byte)(i / width), (byte)number);
        }

        return new RgbImage(width, height, pixels);
    }

    public static byte[] Png(int number, int width = 4, int height = 4) => Of(number, width, height).ToPng();

    public static int NumberOf(RgbImage picture) => picture.Pixels.Span[2];
}
