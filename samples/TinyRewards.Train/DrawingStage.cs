using System.Globalization;
using MaskUNet.Images;
using MaskUNet.Masking;
using MaskUNet.Shapes.Judging;
using MaskUNet.Shapes.Scenes;
using MaskUNet.Shapes.Train;

namespace MaskUNet.Shapes.TrainRewards;

/// <summary>Makes pictures to rank: drawn by the pipeline with random masks, rendered from the caption, and rendered from one that reads like it.</summary>
internal static class DrawingStage
{
    /// <summary>A prompt has, besides those drawn, the picture of its scene and that of a scene that reads like it.</summary>
    public const int RenderedOfEach = 2;

    public static async Task<GradedPictures> RunAsync(IImagePipeline pipeline, string path, SceneSplit split, int prompts, CancellationToken cancellation)
    {
        if (!File.Exists(path))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            var scenes = new SceneSource(Recipe.PromptSeed, split);
            List<Scene> drawn = [.. Enumerable.Range(0, prompts).Select(i => scenes[i])];
            List<string> captions = [.. drawn.Select(scene => scene.Caption)];
            var (all, pictures) = (new List<string>(), new List<RgbImage>());
            foreach (var (ratio, round) in Recipe.MaskRatios.Select((ratio, round) => (ratio, round)))
            {
                var template = Recipe.Request with { Masks = ratio == 0 ? MaskStrategy.None : new RandomMasks(ratio, seed: round, eachStep: true) };
                var what = string.Create(CultureInfo.InvariantCulture, $"pictures with masks of {ratio} ({split})");
                pictures.AddRange(await OracleBenchmark.DrawAsync(
                    pipeline, captions, template, firstSeed: (long)round * prompts, new CountConsole(prompts, what), cancellation));
                all.AddRange(captions);
            }

            pictures.AddRange(drawn.AsParallel().AsOrdered().Select(scene => scene.Render()));
            pictures.AddRange(captions.AsParallel().AsOrdered().Select((caption, i) => RenderedComparisons.Distracted(caption, i)));
            GradedPictures.Judge([.. all, .. captions, .. captions], pictures).Save(path);
        }

        return GradedPictures.Load(path);
    }
}
