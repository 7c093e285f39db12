using MaskUNet.Shapes.Judging;
using MaskUNet.Shapes.Prompts;
using MaskUNet.Shapes.Scenes;
using MaskUNet.Shapes.TrainRewards;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Samples;

public sealed class FamilyTests
{
    private const int Some = 60;
    private const double Recolored = 0.5;

    [Fact]
    public void No_family_shows_a_look_that_is_held_out_or_names_one_that_is_true()
    {
        var families = new RenderedFamilies(5, Recolored);
        for (var i = 0; i < Some; i++)
        {
            families[i].Captions.Select(ScenePrompt.Parse).Where(HeldOutLooks.Contains).Should().NotBeEmpty();
            Family.Grades(families[i].Pictures, families[i].Captions).Chunk(families[i].Captions.Count)
                .SelectMany(grades => grades.Zip(families[i].Captions)).Where(one => one.First == 1).Select(one => ScenePrompt.Parse(one.Second)).Where(HeldOutLooks.Contains).Should().BeEmpty();
            families[i].Pictures.Select(picture => SceneOracle.Read(picture.Picture)).Should().NotContain(
                objects => objects.Any(one => one.Color != null && one.Texture != null && HeldOutLooks.Contains(one.Shape, one.Color.Value, one.Texture.Value)));
        }
    }

    [Fact]
    public void Grades_are_what_the_oracle_gives_for_the_pictures()
    {
        var families = new RenderedFamilies(6, Recolored);
        var (equal, all) = (0, 0);
        for (var i = 0; i < Some; i++)
        {
            var family = families[i];
            var read = Family.Grades([.. family.Pictures.Select(picture => SeenPicture.Of(picture.Picture))], family.Captions);
            var told = Family.Grades(family.Pictures, family.Captions);
            equal += told.Zip(read).Count(pair => pair.First == pair.Second);
            all += told.Length;
        }

        ((double)equal / all).Should().BeGreaterThan(0.99, "the oracle may miss a place by a pixel");
    }

    [Fact]
    public void Comparisons_are_the_pairs_of_a_familys_pictures_with_different_grades()
    {
        var families = new RenderedFamilies(7, Recolored);
        var (family, comparisons) = (families[3], new FamilyComparisons(families, 100).Load(3).ToList());

        comparisons.Should().OnlyHaveUniqueItems();
        comparisons.TrueForAll(one => Grade(one.Prompt, one.Better) > Grade(one.Prompt, one.Worse)).Should().BeTrue();
        var grades = Family.Grades(family.Pictures, family.Captions);
        comparisons.Should().HaveCount(Enumerable.Range(0, family.Captions.Count).Sum(caption => Pairs([.. family.Pictures.Select((_, i) => grades[(i * family.Captions.Count) + caption])])));

        float Grade(string caption, MaskUNet.Images.RgbImage picture) =>
            Family.Grades([family.Pictures.First(seen => seen.Picture.Pixels.Span.SequenceEqual(picture.Pixels.Span))], [caption])[0];
        static int Pairs(float[] some) => some.Sum(better => some.Count(worse => better > worse));
    }

    [Fact]
    public void A_variant_moves_and_mirrors_what_is_read_with_the_picture()
    {
        var scene = new SceneSource(8)[4];
        for (var i = 0; i < PictureVariant.Count; i += 7)
        {
            var variant = PictureVariant.Of(i).Apply(SeenPicture.Of(scene));
            foreach (var one in SceneOracle.Read(variant.Picture))
            {
                variant.Readings.Should().Contain(told => told.Shape == one.Shape && told.Color == one.Color
                    && Math.Abs(told.Box.CentreX - one.Box.CentreX) < 1.5 && Math.Abs(told.Box.CentreY - one.Box.CentreY) < 1.5);
            }
        }
    }

    [Fact]
    public void Recoloured_pictures_keep_their_shapes_and_textures_and_mostly_lose_the_names_of_their_colours()
    {
        var scenes = new SceneSource(10);
        var (objects, alike, named) = (0, 0, 0);
        for (var i = 0; i < Some; i++)
        {
            var read = SceneOracle.Read(new Recoloring(new Random(i)).Apply(scenes[i].Render()));
            objects += scenes[i].Objects.Count;
            alike += scenes[i].Objects.Count(thing => read.Any(one => one.Shape == thing.Shape && one.Texture == thing.Texture));
            named += read.Count(one => one.Color != null);
        }

        ((double)alike / objects).Should().BeGreaterThan(0.9);
        ((double)named / objects).Should().BeLessThan(0.8);
    }

    [Theory]
    [InlineData("a red circle left of a plain blue square")]
    [InlineData("three striped green stars")]
    [InlineData("two dotted pink hearts and a chequered cyan ring")]
    public void What_is_read_becomes_a_prompt_that_the_scene_fits(string caption)
    {
        var scene = Scene.Of(ScenePrompt.Parse(caption), 1);

        var read = NearPrompts.Read([scene.Read()]).Single();

        OracleGrade.Of(read, scene.Read()).Should().Be(1);
        read.Phrases.Sum(phrase => phrase.Count).Should().Be(scene.Objects.Count);
        read.Phrases.Should().OnlyContain(phrase => phrase.Color != null && phrase.Texture != null);
        (read.Relation is null).Should().Be(scene.Prompt.Relation is null && scene.Objects.Count > 2 || read.Second is null);
    }

    [Fact]
    public void Flaws_change_a_picture_the_same_way_each_time_and_often_so_that_the_oracle_sees_less()
    {
        var scenes = new SceneSource(9);
        var less = 0;
        for (var i = 0; i < Some; i++)
        {
            var (picture, other) = (scenes[i].Render(), scenes[i + Some].Render());
            var flawed = Flaws.Of(picture, other, new Random(i));
            flawed.Pixels.ToArray().Should().NotEqual(picture.Pixels.ToArray()).And.Equal(Flaws.Of(picture, other, new Random(i)).Pixels.ToArray());
            less += OracleGrade.Of(scenes[i].Prompt, SceneOracle.Read(flawed)) < 1 ? 1 : 0;
        }

        less.Should().BeInRange(Some / 5, Some * 9 / 10, "some flaws are to matter, and some are not");
    }

    [Fact]
    public void Each_patch_is_to_say_what_object_is_there()
    {
        using var scope = NewDisposeScope();
        using var reading = new PatchReading(width: 4, side: 8);
        var thing = new ObjectReading(new ObjectBox(8, 16, 24, 16), ShapeKind.Star, 1, ShapeColor.Green, 1, null, 0);

        var targets = reading.Targets([thing]).Chunk(3).ToArray();

        targets.Should().HaveCount(64);
        for (var patch = 0; patch < targets.Length; patch++)
        {
            var inside = patch / 8 is 2 or 3 && patch % 8 is 1 or 2 or 3;
            targets[patch].Should().Equal(inside ? [(long)ShapeKind.Star, (long)ShapeColor.Green, -1] : [8, -1, -1]);
        }
    }
}
