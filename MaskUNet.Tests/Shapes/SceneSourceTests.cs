using System.Collections.Concurrent;
using System.Security.Cryptography;
using MaskUNet.Shapes.Judging;
using MaskUNet.Shapes.Prompts;
using MaskUNet.Shapes.Scenes;

namespace MaskUNet.Tests.Shapes;

public class SceneSourceTests
{
    private const int Count = 2000;

    [Fact]
    public void A_scene_depends_on_seed_split_and_number_alone()
    {
        var hashes = new ConcurrentDictionary<int, string>();
        Parallel.For(0, 200, i => hashes[199 - i] = Hash(new SceneSource(7)[199 - i]));

        var source = new SceneSource(7);
        Enumerable.Range(0, 200).Select(i => Hash(source[i])).Should().Equal(Enumerable.Range(0, 200).Select(i => hashes[i]));
        hashes.Values.Should().OnlyHaveUniqueItems();
        Hash(new SceneSource(8)[0]).Should().NotBe(hashes[0]);
        Hash(new SceneSource(7, SceneSplit.HeldOut)[0]).Should().NotBe(hashes[0]);
    }

    [Fact]
    public void Scenes_are_the_same_on_every_machine()
    {
        var source = new SceneSource(1);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (var i = 0; i < 100; i++)
        {
            hash.AppendData(System.Text.Encoding.UTF8.GetBytes(source[i].Caption));
            hash.AppendData(source[i].Render().Pixels.Span);
        }

        Convert.ToHexString(hash.GetHashAndReset()).Should().Be("4CDE68CA83D0240BAC53E2AF4167C13F217CDF768A94E8EB182DA1023ADCC019", "trained models and their figures belong to these very scenes");
    }

    [Fact]
    public void Everything_occurs()
    {
        var scenes = Scenes(SceneSplit.Training);
        var objects = scenes.SelectMany(scene => scene.Objects).ToArray();

        objects.Select(thing => thing.Shape).Distinct().Should().BeEquivalentTo(Enum.GetValues<ShapeKind>());
        objects.Select(thing => thing.Color).Distinct().Should().BeEquivalentTo(Enum.GetValues<ShapeColor>());
        objects.Select(thing => thing.Texture).Distinct().Should().BeEquivalentTo(Enum.GetValues<ShapeTexture>());
        objects.Select(thing => (thing.Shape, thing.Color, thing.Texture)).Distinct().Should().HaveCount(256 - 32);
        scenes.Select(scene => scene.Objects.Count).Distinct().Should().BeEquivalentTo([1, 2, 3, 4]);
        scenes.Select(scene => scene.Prompt.Relation).OfType<SpatialRelation>().Distinct().Should().BeEquivalentTo(Enum.GetValues<SpatialRelation>());
        scenes.Select(scene => GenEval.TaskOf(scene.Prompt)).Distinct().Should().BeEquivalentTo(Enum.GetValues<GenEvalTask>());
    }

    [Theory]
    [InlineData(SceneSplit.Training)]
    [InlineData(SceneSplit.HeldOut)]
    public void Objects_are_those_of_the_prompt_whole_and_apart(SceneSplit split)
    {
        foreach (var scene in Scenes(split))
        {
            var wanted = scene.Prompt.Phrases.SelectMany(phrase => Enumerable.Repeat(phrase, phrase.Count)).ToArray();
            scene.Objects.Select(thing => (thing.Shape, thing.Color, thing.Texture)).Should().Equal(
                wanted.Zip(scene.Objects, (phrase, thing) => (phrase.Shape, phrase.Color ?? thing.Color, phrase.Texture ?? ShapeTexture.Plain)));

            var boxes = scene.Objects.Select(thing => new Placement(thing.Shape, thing.X, thing.Y, thing.Radius).Box).ToArray();
            boxes.Should().OnlyContain(box => box.X >= 2 && box.Y >= 2 && box.X + box.Width <= Scene.Size - 2 && box.Y + box.Height <= Scene.Size - 2);
            (from a in boxes from b in boxes where a != b && Near(a, b) select a).Should().BeEmpty(scene.Caption);
            if (scene.Prompt.Relation is { } relation)
            {
                var pairs = from a in boxes.Take(scene.Prompt.First.Count) from b in boxes.Skip(scene.Prompt.First.Count) select RelativePosition.Of(a, b);
                pairs.Should().OnlyContain(relations => relations.Contains(relation), scene.Caption);
            }
        }
    }

    [Fact]
    public void A_scene_of_a_prompt_shows_it()
    {
        var prompt = ScenePrompt.Parse("a green star left of a yellow ring");
        var (scene, again, other) = (Scene.Of(prompt, 3), Scene.Of(prompt, 3), Scene.Of(prompt, 4));

        scene.Prompt.Should().Be(prompt);
        GenEval.Score(prompt, scene.Render()).Correct.Should().BeTrue();
        Hash(again).Should().Be(Hash(scene)).And.NotBe(Hash(other));
    }

    [Theory]
    [InlineData("four red circles and a blue square")]
    [InlineData("three red circles above a blue square")]
    public void More_objects_than_fit_are_refused(string caption)
    {
        var compose = () => Scene.Of(ScenePrompt.Parse(caption), 0);
        compose.Should().Throw<InvalidOptionException>().WithMessage($"*{caption}*");
    }

    [Fact]
    public void Scenes_are_counted_from_0()
    {
        var negative = () => new SceneSource(0)[-1];
        negative.Should().Throw<InvalidOptionException>().WithMessage("*-1*");
    }

    private static Scene[] Scenes(SceneSplit split)
    {
        var source = new SceneSource(11, split);
        return [.. Enumerable.Range(0, Count).Select(i => source[i])];
    }

    private static bool Near(ObjectBox a, ObjectBox b) =>
        a.X < b.X + b.Width + 4 && b.X < a.X + a.Width + 4 && a.Y < b.Y + b.Height + 4 && b.Y < a.Y + a.Height + 4;

    private static string Hash(Scene scene) => scene.Caption + Convert.ToHexString(SHA256.HashData(scene.Render().Pixels.Span));
}
