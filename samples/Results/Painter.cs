using MaskUNet.Images;
using MaskUNet.Masking;

namespace MaskUNet.Samples.Results;

/// <summary>Draws on a pipeline, and so a thread, of its own.</summary>
internal sealed class Painter(CancellationToken cancellation) : IDisposable
{
    private readonly IImagePipeline pipeline = TinyShapes.LoadPipeline(builder => builder.UseDpmSolver());

    public async Task<(IReadOnlyList<RgbImage> Pictures, double Seconds)> DrawAsync(IReadOnlyList<string> prompts, IReadOnlyList<long> seeds, MaskStrategy masks)
    {
        var request = Experiment.Request with { Prompts = prompts, Seeds = seeds, Masks = masks };
        var result = await pipeline.GenerateAsync(request, cancellationToken: cancellation);
        return ([.. result.Images.Select(image => image.Image)], result.Elapsed.TotalSeconds);
    }

    public void Dispose() => pipeline.Dispose();
}
