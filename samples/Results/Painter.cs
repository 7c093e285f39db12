using MaskUNet.Images;
using MaskUNet.Masking;

namespace MaskUNet.Samples.Results;

/// <summary>Draws on a pipeline, and so a thread, of its own.</summary>
internal sealed class Painter(CancellationToken cancellation) : IDisposable
{
    private readonly IImagePipeline pipeline = TinyShapes.LoadPipeline(builder => builder.UseDpmSolver());

    /// <summary>A picture for each prompt and noise, in a batch.</summary>
    public async Task<IReadOnlyList<RgbImage>> DrawAsync(IReadOnlyList<string> prompts, IReadOnlyList<long> seeds, MaskStrategy masks)
    {
        var request = Experiment.Request with { Prompts = prompts, Seeds = seeds, Masks = masks };
        return [.. (await pipeline.GenerateAsync(request, cancellationToken: cancellation)).Images.Select(image => image.Image)];
    }

    public void Dispose() => pipeline.Dispose();
}
