using MaskUNet.Images;
using MaskUNet.Shapes.Judging;
using MaskUNet.Shapes.Prompts;

namespace MaskUNet.Shapes.TrainRewards;

/// <summary>
/// The oracle's opinion as one number, so that pictures can be ranked: the share of what a prompt asks for (each object, its colour, its
/// texture, the relation) that a picture shows.
/// </summary>
internal static class OracleGrade
{
    public static float Of(string caption, RgbImage picture) => Of(ScenePrompt.Parse(caption), SceneOracle.Read(picture));

    public static float Of(ScenePrompt prompt, IReadOnlyList<ObjectReading> readings)
    {
        var objects = readings.ToList();
        var (right, asked) = (0, 0);
        foreach (var phrase in prompt.Phrases)
        {
            // Of the right shape, those first that have most of what is asked for.
            var kept = objects.Where(reading => reading.Shape == phrase.Shape).OrderByDescending(reading => Right(phrase, reading)).Take(phrase.Count).ToList();
            objects.RemoveAll(kept.Contains);
            right += kept.Sum(reading => Right(phrase, reading));
            asked += phrase.Count * (1 + (phrase.Color is null ? 0 : 1) + (phrase.Texture is null ? 0 : 1));
        }

        if (prompt.Relation is not null)
        {
            asked++;
            right += GenEval.Score(prompt, readings).Position == true ? 1 : 0;
        }

        return (float)right / asked;
    }

    private static int Right(ObjectPhrase phrase, ObjectReading reading) =>
        1 + (phrase.Color is { } color && reading.Color == color ? 1 : 0) + (phrase.Texture is { } texture && reading.Texture == texture ? 1 : 0);
}
