using MaskUNet.Shapes.Judging;
using MaskUNet.Shapes.Prompts;
using MaskUNet.Shapes.Scenes;

namespace MaskUNet.Shapes.TrainRewards;

/// <summary>Prompts that say nearly what another says: what a reward must not take for it. But for <see cref="Unseen"/>, none names a held-out look.</summary>
internal static class NearPrompts
{
    // A distractor is drawn from the caption's letters: other openings, other draws.
    private static readonly string[] Openings = ["", "a picture of ", "an image of ", "a drawing of "];

    /// <summary>Prompts of which something is another: colours, textures or shapes exchanged or replaced, the relation turned round.</summary>
    public static IEnumerable<ScenePrompt> Others(string caption)
    {
        var plain = ScenePrompt.Parse(caption).ToString();
        return Shown([.. Openings.Select(opening => ScenePrompt.Parse(Distractor.Of(opening + plain))).Distinct()]);
    }

    /// <summary>Prompts of which an object is missing; none where there is one object only.</summary>
    public static IEnumerable<ScenePrompt> Fewer(ScenePrompt prompt) => Shown(prompt switch
    {
        { Second: { } second } => [new ScenePrompt(prompt.First), new ScenePrompt(second)],
        { First: { Count: > 1 } first } => [new ScenePrompt(new ObjectPhrase(first.Shape, first.Color, first.Texture, first.Count - 1))],
        _ => [],
    });

    /// <summary>Prompts that ask for less: one kind of two, or one attribute of two.</summary>
    public static IEnumerable<ScenePrompt> Parts(ScenePrompt prompt) => Shown(prompt switch
    {
        { Second: { } second } => [new ScenePrompt(prompt.First), new ScenePrompt(second)],
        { First: { Color: not null, Texture: not null } first } =>
            [new ScenePrompt(new ObjectPhrase(first.Shape, first.Color, null, first.Count)), new ScenePrompt(new ObjectPhrase(first.Shape, null, first.Texture, first.Count))],
        _ => [],
    });

    /// <summary>What the oracle reads in pictures, as prompts; none where it reads nothing, or more than a prompt can say.</summary>
    public static IEnumerable<ScenePrompt> Read(IEnumerable<IReadOnlyList<ObjectReading>> pictures) => Shown(pictures.Select(Read).OfType<ScenePrompt>());

    private static ScenePrompt? Read(IReadOnlyList<ObjectReading> readings)
    {
        var kinds = readings.GroupBy(one => (one.Shape, one.Color, one.Texture)).Select(kind => kind.ToArray()).ToArray();
        if (kinds.Length is 0 or > 2 || readings.Count > ObjectPhrase.MostObjects)
        {
            return null;
        }

        ObjectPhrase[] phrases = [.. kinds.Select(kind => new ObjectPhrase(kind[0].Shape, kind[0].Color, kind[0].Texture, kind.Length))];
        return kinds is [[var first], [var second]] && RelativePosition.Of(first.Box, second.Box) is [var relation, ..]
            ? new ScenePrompt(phrases[0], phrases[1], relation)
            : new ScenePrompt(phrases[0], phrases.ElementAtOrDefault(1));
    }

    /// <summary>
    /// A prompt of which the first objects' colour is another: that in which they are held out. No picture that is shown is wholly what it says, but some
    /// are more so than others, and so it gets a meaning.
    /// </summary>
    public static ScenePrompt Unseen(ScenePrompt prompt)
    {
        var first = prompt.First;
        var color = HeldOutLooks.ColorOf(first.Shape, first.Texture ?? ShapeTexture.Plain);
        return new ScenePrompt(new ObjectPhrase(first.Shape, color, first.Texture, first.Count), prompt.Second, prompt.Relation);
    }

    private static IEnumerable<ScenePrompt> Shown(IEnumerable<ScenePrompt> prompts) => prompts.Where(prompt => !HeldOutLooks.Contains(prompt));
}
