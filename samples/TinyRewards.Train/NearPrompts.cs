using MaskUNet.Shapes.Prompts;
using MaskUNet.Shapes.Scenes;

namespace MaskUNet.Shapes.TrainRewards;

/// <summary>Prompts that say nearly what another says: what a reward must not take for it. None names a held-out look.</summary>
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

    private static IEnumerable<ScenePrompt> Shown(IEnumerable<ScenePrompt> prompts) => prompts.Where(prompt => !HeldOutLooks.Contains(prompt));
}
