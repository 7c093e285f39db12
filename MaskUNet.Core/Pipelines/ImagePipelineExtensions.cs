using MaskUNet.Latents;

namespace MaskUNet;

/// <summary>Shorter calls of <see cref="IImagePipeline"/>.</summary>
public static class ImagePipelineExtensions
{
    /// <summary>Draws one picture of a prompt, with the defaults of <see cref="ImageRequest"/>.</summary>
    /// <param name="pipeline">The pipeline.</param>
    /// <param name="prompt">The prompt; empty for an unconditional picture.</param>
    /// <param name="seed">The seed of its noise; null chooses at random, and the picture says what was chosen.</param>
    /// <param name="cancellationToken">Answered within one step.</param>
    /// <exception cref="MaskUNetException">As <see cref="IImagePipeline.GenerateAsync"/>.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The pipeline has been disposed.</exception>
    public static async Task<GeneratedImage> GenerateAsync(
        this IImagePipeline pipeline, string prompt, long? seed = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(pipeline);
        ArgumentNullException.ThrowIfNull(prompt);
        var request = new ImageRequest(prompt) { Seed = seed };
        var result = await pipeline.GenerateAsync(request, cancellationToken: cancellationToken).ConfigureAwait(false);
        return result.Images[0];
    }
}
