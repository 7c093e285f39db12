using MaskUNet.Images;
using MaskUNet.Shapes.Prompts;
using MaskUNet.Shapes.Scenes;

namespace MaskUNet.Shapes.Judging;

/// <summary>Draws held-out prompts with a pipeline and has the oracle judge the pictures.</summary>
public static class OracleBenchmark
{
    private const int AtOnce = 25;

    /// <summary>The captions of the first held-out scenes: prompts that no training picture ever had, in all their wordings.</summary>
    /// <param name="count">How many.</param>
    /// <param name="seed">Another seed gives others.</param>
    public static IReadOnlyList<string> HeldOutPrompts(int count, long seed)
    {
        var scenes = new SceneSource(seed, SceneSplit.HeldOut);
        return [.. Enumerable.Range(0, count).Select(i => scenes[i].Caption)];
    }

    /// <summary>Draws a picture for each prompt, the i-th with seed <paramref name="firstSeed"/> + i.</summary>
    /// <param name="pipeline">What draws.</param>
    /// <param name="prompts">The prompts.</param>
    /// <param name="template">Steps, guidance, masks and whatever else is common to all; its prompt and seed do not matter.</param>
    /// <param name="firstSeed">The first picture's seed.</param>
    /// <param name="progress">Told the number of pictures that are done.</param>
    /// <param name="cancellationToken">Looked at within one step.</param>
    public static async Task<IReadOnlyList<RgbImage>> DrawAsync(
        IImagePipeline pipeline,
        IReadOnlyList<string> prompts,
        ImageRequest template,
        long firstSeed = 0,
        IProgress<int>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(pipeline);
        ArgumentNullException.ThrowIfNull(prompts);
        ArgumentNullException.ThrowIfNull(template);
        var pictures = new List<RgbImage>();
        foreach (var some in prompts.Chunk(AtOnce))
        {
            var request = template with
            {
                Prompts = some,
                Seed = null,
                Seeds = [.. some.Select((_, i) => firstSeed + pictures.Count + i)],
            };
            var result = await pipeline.GenerateAsync(request, null, cancellationToken).ConfigureAwait(false);
            pictures.AddRange(result.Images.Select(image => image.Image));
            progress?.Report(pictures.Count);
        }

        return pictures;
    }

    /// <summary>Judges pictures.</summary>
    /// <param name="prompts">A prompt a picture, of the grammar.</param>
    /// <param name="pictures">64 x 64 px each.</param>
    /// <exception cref="InvalidOptionException">A prompt is not of the grammar, or there are not as many as pictures.</exception>
    public static OracleScores Score(IReadOnlyList<string> prompts, IReadOnlyList<RgbImage> pictures)
    {
        ArgumentNullException.ThrowIfNull(prompts);
        ArgumentNullException.ThrowIfNull(pictures);
        if (prompts.Count != pictures.Count)
        {
            throw new InvalidOptionException($"There are {prompts.Count} prompts for {pictures.Count} pictures: give one a picture.");
        }

        return new OracleScores([.. prompts.Zip(pictures, (caption, picture) =>
        {
            var prompt = ScenePrompt.Parse(caption);
            var objects = SceneOracle.Read(picture);
            return new OracleVerdict(prompt, GenEval.Score(prompt, objects), CompBench.Score(prompt, objects));
        })]);
    }
}
