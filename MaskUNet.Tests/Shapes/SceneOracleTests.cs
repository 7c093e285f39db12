using MaskUNet.Images;
using MaskUNet.Shapes.Judging;
using MaskUNet.Shapes.Prompts;
using MaskUNet.Shapes.Scenes;
using Xunit.Abstractions;

namespace MaskUNet.Tests.Shapes;

public class SceneOracleTests(ITestOutputHelper output)
{
    private const int Scenes = 500; // of each split

    [Theory]
    [InlineData(0, 0, 0.99)]
    [InlineData(10, 0, 0.97)]
    [InlineData(0, 0.8, 0.97)]
    [InlineData(10, 0.8, 0.97)]
    public void Nearly_all_pictures_are_read_wholly_right(double noise, double blur, double least)
    {
        var right = new int[2 * Scenes];
        Parallel.For(0, right.Length, i =>
        {
            var scene = new SceneSource(23, (SceneSplit)(i / Scenes))[i];
            var picture = scene.Render();
            picture = blur > 0 ? Degraded.Blurred(picture, blur) : picture;
            picture = noise > 0 ? Degraded.Noisy(picture, noise, i) : picture;
            right[i] = IsRight(scene, SceneOracle.Read(picture)) ? 1 : 0;
        });

        output.WriteLine($"noise {noise}, blur {blur} px: {right.Sum()} of {right.Length} pictures wholly right");
        right.Average().Should().BeGreaterThanOrEqualTo(least);
    }

    [Fact]
    public void Noise_clouds_scribbles_and_washed_out_scenes_are_nothing()
    {
        const int Each = 100;
        var found = new (string Kind, Func<int, RgbImage> Draw)[]
        {
            ("noise", Degraded.Noise),
            ("clouds", i => Degraded.Clouds(2 + (i % 5), i)),
            ("scribbles", Degraded.Scribble),
            ("washed out scenes", i => Degraded.Blurred(new SceneSource(29)[i].Render(), 3)),
        }.Select(kind => (kind.Kind, Found: Enumerable.Range(0, Each).AsParallel().Sum(i => SceneOracle.Read(kind.Draw(i)).Count))).ToArray();

        output.WriteLine(string.Join(", ", found.Select(kind => $"{kind.Kind}: {kind.Found}")));
        found.Should().OnlyContain(kind => kind.Found == 0);
    }

    [Fact]
    public void A_crooked_object_with_a_sharp_edge_is_read()
    {
        var square = Draw(new SceneObject(ShapeKind.Square, ShapeColor.Red, ShapeTexture.Plain, 0, 32, 32, 18));
        var rectangle = square.Resize(Scene.Size, 56).Pixels.ToArray();
        var background = square.Pixels.ToArray().Take((Scene.Size * Scene.Size * 3) - rectangle.Length);

        var reading = SceneOracle.Read(new RgbImage(Scene.Size, Scene.Size, [.. rectangle, .. background])).Should().ContainSingle().Subject;
        (reading.Shape, reading.Color).Should().Be((ShapeKind.Square, ShapeColor.Red));
    }

    [Fact]
    public void An_object_that_the_picture_cuts_off_is_none()
    {
        var whole = new SceneObject(ShapeKind.Circle, ShapeColor.Red, ShapeTexture.Plain, 0, 20, 32, 14);
        SceneOracle.Read(Draw(whole)).Should().ContainSingle();
        SceneOracle.Read(Draw(whole with { X = 8 })).Should().BeEmpty();
        SceneOracle.Read(Draw(whole with { X = 32, Radius = 80 })).Should().BeEmpty("a picture all red shows no object");
    }

    [Fact]
    public void A_colour_between_two_is_none_of_them()
    {
        var scene = Draw(new SceneObject(ShapeKind.Square, ShapeColor.Orange, ShapeTexture.Plain, 0, 32, 32, 16));
        var pixels = scene.Pixels.ToArray();
        for (var i = 0; i < pixels.Length; i += 3)
        {
            pixels[i + 1] = pixels[i + 2] < 40 ? (byte)95 : pixels[i + 1]; // between orange's green and red's
        }

        var reading = SceneOracle.Read(new RgbImage(Scene.Size, Scene.Size, pixels)).Should().ContainSingle().Subject;
        (reading.Shape, reading.Color, reading.ColorConfidence).Should().Be((ShapeKind.Square, null, 0));
    }

    [Fact]
    public void Confidences_are_shares()
    {
        var readings = Enumerable.Range(0, 200).SelectMany(i => SceneOracle.Read(new SceneSource(31)[i].Render())).ToArray();

        readings.SelectMany(reading => new[] { reading.ShapeConfidence, reading.ColorConfidence, reading.TextureConfidence })
            .Should().OnlyContain(confidence => confidence > 0 && confidence <= 1);
        readings.Average(reading => reading.ShapeConfidence).Should().BeGreaterThan(0.9);
    }

    [Fact]
    public void Pictures_of_another_size_are_refused()
    {
        var read = () => SceneOracle.Read(Draw().Resize(32, 64));
        read.Should().Throw<InvalidOptionException>().WithMessage("*64 x 64*32 x 64*");
    }

    private static RgbImage Draw(params SceneObject[] objects) =>
        SceneRenderer.Render(new SceneBackground(BackgroundKind.Plain, new Tone(230, 232, 228), default), objects);

    // Number, place, shape, colour and texture of every object, and the relation of every pair that the caption relates.
    private static bool IsRight(Scene scene, IReadOnlyList<ObjectReading> readings) =>
        readings.Count == scene.Objects.Count && scene.Objects.All(thing => readings.Any(reading => Agree(thing, reading))) && GenEval.Score(scene.Prompt, readings).Correct;

    private static bool Agree(SceneObject thing, ObjectReading reading) =>
        (thing.Shape, thing.Color, thing.Texture) == (reading.Shape, reading.Color, reading.Texture)
        && Math.Abs(thing.X - reading.Box.CentreX) < 1.5 && Math.Abs(thing.Y - reading.Box.CentreY) < 1.5;
}
