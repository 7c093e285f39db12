using MaskUNet.Images;
using MaskUNet.Tests.TestSupport;
using SkiaSharp;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Images;

public class RgbImageTests
{
    public static IEnumerable<object[]> Resizes() => !Fixtures.Has("rewards") ? [] :
        from @case in Fixtures.Json("rewards", "resize", "pillow_uint8.json")["cases"]!.AsArray()
        select new object[] { (string)@case["name"]!, (string)@case["input"]!, (string)@case["filter"]!, (int)@case["width"]!, (int)@case["height"]! };

    private static RecordedTensors Pillow => new("rewards", "resize", "pillow_uint8.safetensors");

    [FixtureTheory("rewards")]
    [MemberData(nameof(Resizes))]
    public void Resizing_gives_Pillow_s_bytes(string name, string input, string filter, int width, int height)
    {
        using var scope = NewDisposeScope();
        var source = Rgb(Pillow[input]);
        var picture = new RgbImage((int)source.shape[1], (int)source.shape[0], source.bytes);

        var resized = picture.Resize(width, height, Enum.Parse<ResizeFilter>(filter, ignoreCase: true));

        resized.Pixels.ToArray().Should().Equal(Rgb(Pillow[name]).bytes.ToArray());

        static Tensor Rgb(Tensor recorded) => recorded.dim() == 3 ? recorded : stack([recorded, recorded, recorded], dim: 2);
    }

    [Fact]
    public void A_decoded_tensor_is_clamped_and_rounded()
    {
        using var scope = NewDisposeScope();
        var steps = tensor([-3.0, -1, 1, 1.5, 0, (2 * 2.4 / 255) - 1, (2 * 3.6 / 255) - 1, (2 * 7.4 / 255) - 1, (2 * 7.6 / 255) - 1]);

        var picture = RgbImage.FromDecoded(steps.view(3, 1, 3));

        picture.Pixels.ToArray().Should().Equal(0, 255, 4, 0, 128, 7, 255, 2, 8); // pixel by pixel; 127.5 is 128, the even one
    }

    [Theory]
    [InlineData(ScalarType.Float16)]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float64)]
    public void A_picture_survives_the_way_through_a_tensor(ScalarType dataType)
    {
        using var scope = NewDisposeScope();
        var picture = Gradient(16, 16);

        RgbImage.FromDecoded(picture.ToTensor().to(dataType)).Pixels.ToArray().Should().Equal(picture.Pixels.ToArray());
        picture.ToUnitTensor().shape.Should().Equal(1, 3, 16, 16);
        picture.ToUnitTensor()[0, 1, 2, 3].item<float>().Should().Be(picture.Pixels.Span[(((2 * 16) + 3) * 3) + 1] / 255f);
    }

    [Fact]
    public void NaN_is_not_hidden_as_black()
    {
        using var scope = NewDisposeScope();
        var convert = () => RgbImage.FromDecoded(full([1, 3, 2, 2], double.NaN));
        convert.Should().Throw<NumericalException>().WithMessage("*NaN*");
    }

    [Fact]
    public void A_batch_is_no_picture()
    {
        using var scope = NewDisposeScope();
        var convert = () => RgbImage.FromDecoded(zeros([2, 3, 4, 4]));
        convert.Should().Throw<InvalidOptionException>().WithMessage("*[2, 3, 4, 4]*");
    }

    [Fact]
    public void A_saved_file_holds_the_same_pixels_and_leaves_nothing_beside_it()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "new", "fox.png");
        var picture = Gradient(5, 3);

        picture.SavePng(path);
        picture.SavePng(path);

        RgbImage.Load(path).Pixels.ToArray().Should().Equal(picture.Pixels.ToArray());
        Directory.GetFiles(Path.GetDirectoryName(path)!).Should().ContainSingle();
    }

    [Fact]
    public void A_place_that_cannot_be_written_is_named()
    {
        using var folder = new TemporaryFolder();
        var save = () => Gradient(1, 1).SavePng(folder.Path);
        save.Should().Throw<ImageException>().WithMessage($"*{folder.Path}*");
        Directory.GetFiles(Path.GetDirectoryName(folder.Path)!, $"{Path.GetFileName(folder.Path)}*.tmp").Should().BeEmpty();
    }

    [Theory]
    [InlineData(SKEncodedImageFormat.Png, 0)]
    [InlineData(SKEncodedImageFormat.Webp, 3)]
    [InlineData(SKEncodedImageFormat.Jpeg, 3)]
    public void Png_jpeg_and_webp_are_read(SKEncodedImageFormat format, int tolerance)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(24, 16, SKColorType.Rgba8888, SKAlphaType.Opaque));
        bitmap.Erase(new SKColor(200, 90, 30));
        using var data = bitmap.Encode(format, 100);

        var picture = RgbImage.Decode(data.ToArray());

        (picture.Width, picture.Height).Should().Be((24, 16));
        picture.Pixels.ToArray().Chunk(3).Should().OnlyContain(p =>
            Math.Abs(p[0] - 200) <= tolerance && Math.Abs(p[1] - 90) <= tolerance && Math.Abs(p[2] - 30) <= tolerance);
    }

    [Fact]
    public void Transparency_is_laid_over_white()
    {
        using var bitmap = new SKBitmap(new SKImageInfo(3, 1, SKColorType.Rgba8888, SKAlphaType.Unpremul));
        bitmap.SetPixel(0, 0, new SKColor(10, 20, 30, 0));
        bitmap.SetPixel(1, 0, new SKColor(10, 20, 30, 255));
        bitmap.SetPixel(2, 0, new SKColor(0, 100, 255, 51));
        using var data = bitmap.Encode(SKEncodedImageFormat.Png, 100);

        RgbImage.Decode(data.ToArray()).Pixels.ToArray().Should().Equal(255, 255, 255, 10, 20, 30, 204, 224, 255);
    }

    // The stored picture is white with a black block at its top left; EXIF's table says where that lies when the picture is shown.
    [Theory]
    [InlineData(1, 32, 16, 0, 0)]
    [InlineData(2, 32, 16, 31, 0)]
    [InlineData(3, 32, 16, 31, 15)]
    [InlineData(4, 32, 16, 0, 15)]
    [InlineData(5, 16, 32, 0, 0)]
    [InlineData(6, 16, 32, 15, 0)]
    [InlineData(7, 16, 32, 15, 31)]
    [InlineData(8, 16, 32, 0, 31)]
    public void The_orientation_that_a_camera_noted_is_applied(byte orientation, int width, int height, int blackX, int blackY)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(32, 16, SKColorType.Rgba8888, SKAlphaType.Opaque));
        bitmap.Erase(SKColors.White);
        for (var i = 0; i < 64; i++)
        {
            bitmap.SetPixel(i % 8, i / 8, SKColors.Black);
        }

        using var jpeg = bitmap.Encode(SKEncodedImageFormat.Jpeg, 100);
        byte[] plain = jpeg.ToArray();
        byte[] exif =
        [
            0xff, 0xe1, 0, 34, .. "Exif\0\0"u8, .. "MM\0*\0\0\0\b"u8, 0, 1, // one entry: tag 0x112, type short, count 1
            0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0,
        ];

        var picture = RgbImage.Decode([.. plain[..2], .. exif, .. plain[2..]]);

        (picture.Width, picture.Height).Should().Be((width, height));
        var corners = from x in (int[])[0, width - 1] from y in (int[])[0, height - 1] select (x, y);
        corners.Where(corner => picture.Pixels.Span[((corner.y * width) + corner.x) * 3] < 128).Should().Equal((blackX, blackY));
    }

    [Fact]
    public void A_damaged_file_is_an_exception_of_ours()
    {
        var png = Gradient(40, 40).ToPng();
        foreach (var length in (int[])[0, 7, 30, png.Length / 2])
        {
            var decode = () => RgbImage.Decode(png.AsSpan(0, length), "fox.png");
            decode.Should().Throw<ImageException>($"{length} of {png.Length} bytes are no picture").WithMessage("*fox.png*");
        }
    }

    [Theory]
    [InlineData(0, 4)]
    [InlineData(4, -1)]
    [InlineData(40_000, 40_000)]
    public void A_size_that_no_picture_can_have_is_refused(int width, int height)
    {
        var resize = () => Gradient(2, 2).Resize(width, height);
        resize.Should().Throw<InvalidOptionException>().WithMessage($"*{width} x {height}*");
    }

    [Fact]
    public void Pixels_that_do_not_fit_the_size_are_refused()
    {
        var create = () => new RgbImage(2, 2, new byte[11]);
        create.Should().Throw<InvalidOptionException>().WithMessage("*2 x 2*11*");
    }

    private static RgbImage Gradient(int width, int height) =>
        new(width, height, [.. Enumerable.Range(0, width * height * 3).Select(i => (byte)(i * 7))]);
}
