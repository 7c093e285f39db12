using MaskUNet.Images;
using MaskUNet.Shapes.Prompts;

namespace MaskUNet.Shapes.Judging;

/// <summary>
/// GenEval (Ghosh, Hajishirzi, Schmidt 2023) with the oracle as detector and colour classifier: of each kind the most confident objects up
/// to the number asked for are kept, and must all have the colour and stand in the relation to every one of the other kind.
/// </summary>
public static class GenEval
{
    /// <summary>Judges a picture; see <see cref="SceneOracle.Read"/>.</summary>
    /// <param name="prompt">What it is to show.</param>
    /// <param name="picture">64 x 64 px.</param>
    /// <exception cref="InvalidOptionException">The picture has another size.</exception>
    public static GenEvalResult Score(ScenePrompt prompt, RgbImage picture) => Score(prompt, SceneOracle.Read(picture));

    /// <summary>Judges what the oracle read from a picture.</summary>
    /// <param name="prompt">What it is to show.</param>
    /// <param name="objects">The readings, the most confident shape first.</param>
    public static GenEvalResult Score(ScenePrompt prompt, IReadOnlyList<ObjectReading> objects)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        ArgumentNullException.ThrowIfNull(objects);
        var kept = new List<(ObjectPhrase Phrase, ObjectReading[] Objects)>();
        foreach (var phrase in prompt.Phrases)
        {
            var left = objects.Where(reading => reading.Shape == phrase.Shape && !kept.Any(other => other.Objects.Contains(reading)));

            // GenEval's kinds always differ. Where ours do not, only the colour tells whose an object is.
            left = prompt.First.Shape == prompt.Second?.Shape ? left.OrderByDescending(reading => reading.Color == phrase.Color) : left;
            kept.Add((phrase, [.. left.Take(phrase.Count)]));
        }

        var enough = kept.TrueForAll(kind => kind.Objects.Length == kind.Phrase.Count) && !TooMany(prompt, objects);
        bool? colors = prompt.Phrases.All(phrase => phrase.Color is null)
            ? null
            : enough && kept.TrueForAll(kind => kind.Phrase.Color is not { } color || kind.Objects.All(reading => reading.Color == color));
        bool? position = prompt.Relation is not { } relation
            ? null
            : enough && kept[0].Objects.All(a => kept[1].Objects.All(b => RelativePosition.Of(a.Box, b.Box).Contains(relation)));
        return new GenEvalResult(TaskOf(prompt), enough, colors, position);
    }

    /// <summary>The task that a prompt belongs to.</summary>
    /// <param name="prompt">The prompt.</param>
    public static GenEvalTask TaskOf(ScenePrompt prompt)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        var colored = prompt.Phrases.All(phrase => phrase.Color is not null);
        return prompt switch
        {
            { Relation: not null } => GenEvalTask.Position,
            { Second: not null } => colored ? GenEvalTask.ColorAttribution : GenEvalTask.TwoObjects,
            { First.Count: > 1 } => GenEvalTask.Counting,
            _ => colored ? GenEvalTask.Colors : GenEvalTask.SingleObject,
        };
    }

    // "A circle" does not exclude a second one, "two circles" exclude a third.
    private static bool TooMany(ScenePrompt prompt, IReadOnlyList<ObjectReading> objects) => prompt.Phrases.Any(phrase => phrase.Count > 1
        && objects.Count(reading => reading.Shape == phrase.Shape) > prompt.Phrases.Where(other => other.Shape == phrase.Shape).Sum(other => other.Count));
}
