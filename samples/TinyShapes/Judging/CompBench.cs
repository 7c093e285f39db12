using MaskUNet.Images;
using MaskUNet.Shapes.Prompts;

namespace MaskUNet.Shapes.Judging;

/// <summary>
/// T2I-CompBench's attribute binding (Huang et al. 2023) with the oracle in the place of BLIP-VQA: each phrase is a question ("a red
/// circle?"), answered by the most confident object that is both, and a picture's score is the product over its phrases. Numbers do not
/// count there.
/// </summary>
public static class CompBench
{
    /// <summary>Judges a picture; see <see cref="SceneOracle.Read"/>.</summary>
    /// <param name="prompt">What it is to show.</param>
    /// <param name="picture">64 x 64 px.</param>
    /// <exception cref="InvalidOptionException">The picture has another size.</exception>
    public static CompBenchScores Score(ScenePrompt prompt, RgbImage picture) => Score(prompt, SceneOracle.Read(picture));

    /// <summary>Judges what the oracle read from a picture.</summary>
    /// <param name="prompt">What it is to show.</param>
    /// <param name="objects">The readings.</param>
    public static CompBenchScores Score(ScenePrompt prompt, IReadOnlyList<ObjectReading> objects)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        ArgumentNullException.ThrowIfNull(objects);
        return new CompBenchScores(
            Product(phrase => phrase.Color is not null, (reading, phrase) => reading.Color == phrase.Color ? reading.ColorConfidence : 0),
            Product(_ => true, (_, _) => 1) ?? 0,
            Product(phrase => phrase.Texture is not null, (reading, phrase) => reading.Texture == phrase.Texture ? reading.TextureConfidence : 0));

        double? Product(Func<ObjectPhrase, bool> asks, Func<ObjectReading, ObjectPhrase, double> attribute)
        {
            var answers = prompt.Phrases.Where(asks).Select(phrase => objects.Where(reading => reading.Shape == phrase.Shape)
                .Select(reading => reading.ShapeConfidence * attribute(reading, phrase)).DefaultIfEmpty().Max()).ToArray();
            return answers.Length == 0 ? null : answers.Aggregate(1.0, (product, answer) => product * answer);
        }
    }
}
