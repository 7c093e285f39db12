using System.Text.Json.Nodes;
using MaskUNet.Images;
using MaskUNet.Rewards;
using MaskUNet.Rewards.Clip;
using MaskUNet.Tests.TestSupport;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Rewards;

[LeavesNoTensors]
public class ClipPreprocessingTests
{
    // Exact for Pillow's arithmetic and float32, as the fixtures state it.
    private const double Tolerance = 1e-4;

    private static readonly Dictionary<string, Func<RgbImage, int, Tensor>> Preprocessors = new()
    {
        ["imagereward"] = (image, size) => new ClipPreprocessing(size).Apply(image),
        ["openai_clip"] = (image, size) => new ClipPreprocessing(size).Apply(image),
        ["blip_vqa"] = (image, size) => ClipPreprocessing.Squash(size).Apply(image),
        ["hf_clip"] = (image, size) => new ClipPreprocessing(size, CropRounding.Down).Apply(image),
        ["hpsv2"] = (image, size) => new ClipPreprocessing(size).Apply(image.ToUnitTensor()),
    };

    public static IEnumerable<object[]> Cases() => !Fixtures.Has("rewards") ? [] :
        from one in Facts["cases"]!.AsArray()
        where Preprocessors.ContainsKey((string)one["name"]!)
        select new object[] { (string)one["name"]! };

    private static JsonNode Facts => Fixtures.Json("rewards", "resize", "preprocess.json");

    private static RecordedTensors Recorded => new("rewards", "resize", "preprocess.safetensors");

    private static RgbImage Picture => RgbImage.Load(Fixtures.Path("rewards", "resize", "preprocess_input.png"));

    [FixtureTheory("rewards")]
    [MemberData(nameof(Cases))]
    public void A_picture_becomes_the_recorded_pixels(string name)
    {
        using var scope = NewDisposeScope();
        var one = Case(name);

        var pixels = Preprocessors[name](Picture, (int)one["shape"]![2]!)[0];

        pixels.shape.Should().Equal(one["shape"]!.AsArray().Select(size => (long)size!));
        pixels.Slice((string?)one["slice"]).ShouldMatch(Recorded[name], Tolerance, name);
        pixels.mean().item<float>().Should().BeApproximately((float)one["mean"]!, (float)Tolerance);
        pixels.std().item<float>().Should().BeApproximately((float)one["std"]!, (float)Tolerance);
    }

    [FixtureFact("rewards")]
    public void GigaGAN_s_square_has_Pillow_s_bytes()
    {
        const string Name = "gigagan_256";
        using var scope = NewDisposeScope();
        var square = GigaGan.Square(Picture);
        long[] shape = [square.Height, square.Width, 3];

        shape.Should().Equal(Case(Name)["shape"]!.AsArray().Select(size => (long)size!));
        tensor(square.Pixels.ToArray()).reshape(shape).Slice((string?)Case(Name)["slice"])
            .ShouldEqualBitForBit(Recorded[Name], Name);
    }

    private static JsonNode Case(string name) => Facts["cases"]!.AsArray().Single(one => (string)one!["name"]! == name)!;
}
