using MaskUNet.Shapes.Judging;
using MaskUNet.Shapes.Prompts;
using MaskUNet.Shapes.Scenes;

namespace MaskUNet.Tests.Shapes;

public class DistractorTests
{
    [Fact]
    public void A_distractor_is_false_of_its_scene_and_always_the_same()
    {
        var scenes = new SceneSource(5);
        for (var i = 0; i < 1000; i++)
        {
            var distractor = Distractor.Of(scenes[i].Caption);

            distractor.Should().Be(Distractor.Of(scenes[i].Caption));
            Holds(ScenePrompt.Parse(distractor), scenes[i]).Should().BeFalse($"'{distractor}' was made of '{scenes[i].Caption}'");
            Holds(scenes[i].Prompt, scenes[i]).Should().BeTrue();
        }
    }

    [Fact]
    public void Most_distractors_of_two_kinds_exchange_what_is_there()
    {
        var scenes = Enumerable.Range(0, 1000).Select(i => new SceneSource(6)[i]).Where(scene => scene.Prompt.Second is not null).ToArray();
        var exchanged = scenes.Count(scene => Words(scene.Prompt).SequenceEqual(Words(ScenePrompt.Parse(Distractor.Of(scene.Caption)))));

        ((double)exchanged / scenes.Length).Should().BeInRange(0.5, 0.8);

        static IEnumerable<string> Words(ScenePrompt prompt) =>
            prompt.Phrases.SelectMany(phrase => new[] { $"{phrase.Shape}", $"{phrase.Color}", $"{phrase.Texture}", $"{phrase.Count}" }).Order(StringComparer.Ordinal);
    }

    [Fact]
    public void Captions_outside_the_grammar_are_refused()
    {
        var make = () => Distractor.Of("a blue bench");
        make.Should().Throw<InvalidOptionException>().WithMessage("*bench*");
    }

    // Whether the objects of a scene can be told apart into those that the prompt wants.
    private static bool Holds(ScenePrompt prompt, Scene scene)
    {
        var groups = prompt.Phrases.Select(phrase => scene.Objects.Where(thing => Fits(phrase, thing)).ToArray()).ToArray();
        return groups.Zip(prompt.Phrases, (group, phrase) => group.Length == phrase.Count).All(fits => fits)
            && groups.SelectMany(group => group).Distinct().Count() == scene.Objects.Count
            && (prompt.Relation is not { } relation || groups[0].All(a => groups[1].All(b => RelativePosition.Of(Box(a), Box(b)).Contains(relation))));
    }

    private static bool Fits(ObjectPhrase phrase, SceneObject thing) => phrase.Shape == thing.Shape
        && (phrase.Color is null || phrase.Color == thing.Color) && (phrase.Texture is null || phrase.Texture == thing.Texture);

    private static ObjectBox Box(SceneObject thing) => new Placement(thing.Shape, thing.X, thing.Y, thing.Radius).Box;
}
