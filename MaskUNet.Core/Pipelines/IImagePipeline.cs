namespace MaskUNet;

/// <summary>Draws pictures from prompts.</summary>
/// <remarks>
/// Safe to call from several threads at once: callers take turns step by step, and each gets the pictures that it would get alone.
/// Disposing lets the step that is running end, fails what is not done, and frees the models.
/// </remarks>
public interface IImagePipeline : IDisposable
{
    /// <summary>Draws the pictures of a request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="progress">Told after each step, on the pipeline's thread: return soon.</param>
    /// <param name="cancellationToken">Answered within one step.</param>
    /// <exception cref="InvalidOptionException">The request holds values that cannot be used; the message names them all.</exception>
    /// <exception cref="NumericalException">A model gave NaN or infinity.</exception>
    /// <exception cref="TensorMemoryException">Memory ran out.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The pipeline has been disposed.</exception>
    Task<ImageResult> GenerateAsync(ImageRequest request, IProgress<GenerationProgress>? progress = null, CancellationToken cancellationToken = default);
}
