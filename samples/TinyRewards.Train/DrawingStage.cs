using System.Globalization;
using MaskUNet.Images;
using MaskUNet.Masking;
using MaskUNet.Shapes.Judging;
using MaskUNet.Shapes.Scenes;
using MaskUNet.Shapes.Train;

namespace MaskUNet.Shapes.TrainRewards;

/// <summary>Makes pictures to rank: of each prompt those drawn by the pipeline with random masks, its scene, and a scene that reads like it.</summary>
internal static class DrawingStage
{
    private const long SeedsOfRound = 1_000_000;
    private const int Rendered = 2;

    /// <summary>How many pictures a prompt has.</summary>
    public static int PicturesOfPrompt => Recipe.MaskRatios.Count + Rendered;

    /// <summary>Whether the pipeline drew a picture, by its number in what a stage made.</summary>
    public static bool IsDrawn(int picture) => picture % PicturesOfPrompt < Recipe.MaskRatios.Count;

    public static async Task<GradedPictures> RunAsync(IImagePipeline pipeline, string folder, SceneSplit split, int prompts, CancellationToken cancellation)
    {
        Directory.CreateDirectory(folder);
        var couples = new SceneCouples(Recipe.PromptSeed, split);
        var parts = new List<GradedPictures>();
        for (var first = 0; first < prompts; first += Recipe.PromptsOfPart)
        {
            var count = Math.Min(Recipe.PromptsOfPart, prompts - first);
            var path = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{first:D5}-{first + count - 1:D5}.safetensors"));
            if (!File.Exists(path))
            {
                (await DrawAsync(pipeline, Recipe.Request(split), [.. Enumerable.Range(first, count).Select(i => couples[i])], first, cancellation)).Save(path);
                Console.WriteLine($"{split}: pictures for {first + count} of {prompts} prompts");
            }

            parts.Add(GradedPictures.Load(path));
        }

        return GradedPictures.Join(parts);
    }

    private static async Task<GradedPictures> DrawAsync(
        IImagePipeline pipeline, ImageRequest request, (Scene Scene, Scene Other)[] couples, int first, CancellationToken cancellation)
    {
        List<string> captions = [.. couples.Select(couple => couple.Scene.Caption)];
        var rounds = new List<IReadOnlyList<RgbImage>>();
        foreach (var (ratio, round) in Recipe.MaskRatios.Select((ratio, round) => (ratio, round)))
        {
            var template = request with { Masks = ratio == 0 ? MaskStrategy.None : new RandomMasks(ratio, seed: round, eachStep: true) };
            rounds.Add(await OracleBenchmark.DrawAsync(pipeline, captions, template, (round * SeedsOfRound) + first, cancellationToken: cancellation));
        }

        rounds.Add([.. couples.Select(couple => couple.Scene.Render())]);
        rounds.Add([.. couples.Select(couple => couple.Other.Render())]);
        return GradedPictures.Judge(
            [.. captions.SelectMany(caption => rounds.Select(_ => caption))], [.. captions.SelectMany((_, i) => rounds.Select(round => round[i]))]);
    }
}
