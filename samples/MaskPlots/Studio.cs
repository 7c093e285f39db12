using MaskUNet.Images;
using MaskUNet.Masking;
using MaskUNet.Rewards.Clip;
using MaskUNet.Shapes.Judging;
using MaskUNet.Shapes.Train;
using MaskUNet.UNet;
using static TorchSharp.torch;

namespace MaskUNet.Samples.MaskPlots;

/// <summary>Draws the same held-out prompts from the same seeds under whatever masks, and measures what comes out.</summary>
internal sealed class Studio(IImagePipeline pipeline, int count, CancellationToken cancellation) : IDisposable
{
    private const long PromptSeed = 2;
    private const int Shown = 3;

    private readonly IReadOnlyList<string> prompts = OracleBenchmark.HeldOutPrompts(count, PromptSeed);
    private readonly Lazy<ClipModel> clip = new(() => TinyShapes.LoadClip().Model);

    /// <summary>The held-out scenes that the prompts are captions of.</summary>
    public IReadOnlyList<RgbImage> Scenes() => HeldOutScenes.Render(prompts.Count, PromptSeed);

    /// <summary>A picture a prompt.</summary>
    public Task<IReadOnlyList<RgbImage>> DrawAsync(MaskStrategy masks) =>
        OracleBenchmark.DrawAsync(pipeline, prompts, TinyShapes.Request("") with { Masks = masks }, cancellationToken: cancellation);

    /// <summary>The share of prompts of which all but textures is right.</summary>
    public double Right(IReadOnlyList<RgbImage> pictures) => OracleBenchmark.Score(prompts, pictures).Correct;

    /// <summary>Pictures of a prompt, and whether the oracle finds all of it.</summary>
    public async Task<IReadOnlyList<(RgbImage Picture, bool Right)>> ShowAsync(string prompt, MaskStrategy masks)
    {
        var result = await pipeline.GenerateAsync(TinyShapes.Request(prompt) with { Masks = masks, ImagesPerPrompt = Shown, Seed = 1 }, null, cancellation);
        var pictures = result.Images.Select(image => image.Image).ToList();
        var scores = OracleBenchmark.Score([.. pictures.Select(_ => prompt)], pictures);
        return [.. pictures.Zip(scores.Verdicts, (picture, verdict) => (picture, verdict.GenEval.Correct))];
    }

    /// <summary>Draws one picture and looks at its masks.</summary>
    public Task ObserveAsync(MaskStrategy masks, Action<IDenoisingStep, MaskableLayer, Tensor> observe, int steps = TinyShapes.Steps) => pipeline.GenerateAsync(
        TinyShapes.Request(prompts[0]) with { Seed = 0, Steps = steps, Masks = new ObservedMaskStrategy(masks, observe) }, null, cancellation);

    /// <summary>The small CLIP's features of length 1, [N, D]; the caller owns them.</summary>
    public Tensor Features(IReadOnlyList<RgbImage> pictures)
    {
        using var scope = NewDisposeScope();
        using var withoutGradients = no_grad();
        return ClipFigures.Features(clip.Value, pictures).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        if (clip.IsValueCreated)
        {
            clip.Value.Dispose();
        }
    }
}
