using System.Globalization;
using MaskUNet.Images;
using MaskUNet.Latents;
using MaskUNet.Prompting.Clip;
using MaskUNet.Rewards.Clip;
using MaskUNet.Rewards.Evaluation;
using MaskUNet.Shapes.Judging;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Shapes.Train;

/// <summary>Measures the model: its card, with a table of figures, and a grid of pictures.</summary>
internal static class EvaluationStage
{
    private const int Prompts = 500;
    private const int Shown = 32;
    private const long PromptSeed = 2;

    public static async Task RunAsync(string folder, string modelFolder, IImagePipeline pipeline, ClipModel clip, ClipTokenizer tokenizer, double psnr, CancellationToken cancellation)
    {
        var prompts = OracleBenchmark.HeldOutPrompts(Prompts, PromptSeed);
        var pictures = await OracleBenchmark.DrawAsync(pipeline, prompts, Recipe.Request, progress: new CountConsole(Prompts, "pictures"), cancellationToken: cancellation);
        var scores = OracleBenchmark.Score(prompts, pictures);
        var scenes = HeldOutScenes.Render(Prompts, PromptSeed);
        var (distance, fit) = Clip(clip, tokenizer, prompts, pictures, scenes);
        string[] rows =
        [
            Row("single object (GenEval)", scores.SingleObject),
            Row("colours (GenEval)", scores.Colors),
            Row("counting (GenEval)", scores.Counting),
            Row("two objects (GenEval)", scores.TwoObjects),
            Row("position (GenEval)", scores.Position),
            Row("colour attribution (GenEval)", scores.ColorAttribution),
            Row("all of the prompt but textures", scores.Correct),
            Row("colour (T2I-CompBench)", scores.ColorBinding),
            Row("shape (T2I-CompBench)", scores.ShapeBinding),
            Row("texture (T2I-CompBench)", scores.TextureBinding),
            string.Create(CultureInfo.InvariantCulture, $"| FID in the features of the small CLIP, {Prompts} pictures against {Prompts} scenes | {distance:F3} |"),
            string.Create(CultureInfo.InvariantCulture, $"| mean cosine of picture and prompt in the small CLIP (scenes: {fit.Scenes:F3}) | {fit.Pictures:F3} |"),
            string.Create(CultureInfo.InvariantCulture, $"| autoencoder, peak signal to noise of held-out scenes | {psnr:F2} dB |"),
        ];
        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(Path.Combine(modelFolder, "README.md"), ModelCard.Write(["| | |", "|---|---|", .. rows]), cancellation);
        rows.ToList().ForEach(Console.WriteLine);
        var cells = prompts.Zip(pictures, scores.Verdicts).Take(Shown).Select(Cell).ToList();
        ContactSheet.Create(cells, columns: 8).SavePng(Path.Combine(folder, "grid.png"));
    }

    private static (RgbImage Picture, string Caption) Cell((string Prompt, RgbImage Picture, OracleVerdict Verdict) drawn) =>
        (drawn.Picture.Resize(192, 192, ResizeFilter.Box), (drawn.Verdict.GenEval.Correct ? "+ " : "- ") + drawn.Prompt);

    private static string Row(string name, double value) => string.Create(CultureInfo.InvariantCulture, $"| {name} | {100 * value:F1} % |");

    private static (double Distance, (double Pictures, double Scenes) Fit) Clip(
        ClipModel clip, ClipTokenizer tokenizer, IReadOnlyList<string> prompts, IReadOnlyList<RgbImage> pictures, IReadOnlyList<RgbImage> scenes)
    {
        using var scope = NewDisposeScope();
        using var withoutGradients = no_grad();
        var (drawn, real, texts) = (ClipFigures.Features(clip, pictures), ClipFigures.Features(clip, scenes), ClipFigures.Texts(clip, tokenizer, prompts));
        return (FrechetDistance.Of(drawn, real), (Cosine(drawn, texts), Cosine(real, texts)));
    }

    private static double Cosine(Tensor features, Tensor texts) => (features * texts).sum(1).mean().item<float>();
}
