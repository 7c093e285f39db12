using MaskUNet.Images;
using MaskUNet.Latents;
using MaskUNet.Tests.TestSupport;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Latents;

public class GeneratedImageTests
{
    [Fact]
    public void A_saved_picture_says_how_to_make_it_again()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "bench.png");
        var image = new GeneratedImage(new RgbImage(1, 1, [1, 2, 3]), "a blue bench – größer", 42, 3) { Settings = """{"steps": 15}""" };

        image.SavePng(path);

        PngText.Read(path).Should().Equal(new Dictionary<string, string>
        {
            ["prompt"] = "a blue bench – größer",
            ["seed"] = "42",
            ["settings"] = """{"steps": 15}""",
        });
        (image.Width, image.Height, image.Index).Should().Be((1, 1, 3));
    }

    [Fact]
    public void A_preview_shows_each_latent_as_a_square_of_one_colour()
    {
        using var scope = NewDisposeScope();
        var latents = zeros([1, 4, 2, 3]);
        latents[0, 0, 1, 2] = 1;
        latents[0, 3, 0, 0] = -10;

        var preview = LatentPreview.Render(latents);

        (preview.Width, preview.Height).Should().Be((24, 16));
        At(8, 0).Should().Equal(128, 128, 128);
        At(16, 8).Should().Equal(165, 154, 154);
        At(23, 15).Should().Equal(165, 154, 154);
        At(7, 7).Should().Equal(255, 255, 255);

        byte[] At(int x, int y) => preview.Pixels.Span.Slice(((y * preview.Width) + x) * 3, 3).ToArray();
    }

    [Fact]
    public void A_preview_of_other_latents_is_refused()
    {
        using var scope = NewDisposeScope();
        var render = () => LatentPreview.Render(zeros([2, 4, 8, 8]));
        render.Should().Throw<InvalidOptionException>().WithMessage("*[2, 4, 8, 8]*");
    }
}
