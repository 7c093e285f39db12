using MaskUNet.Latents;

namespace MaskUNet;

/// <summary>What a pipeline drew.</summary>
/// <param name="Images">The pictures, prompt by prompt.</param>
/// <param name="Request">The request with the seeds, size, masks and scheduler that were used: the same request again gives the same pictures.</param>
/// <param name="Elapsed">The time from the first unit of work to the last, other callers' turns included.</param>
/// <param name="Warnings">What the caller should know, such as the text of a prompt that did not fit; empty if nothing.</param>
public sealed record ImageResult(IReadOnlyList<GeneratedImage> Images, ImageRequest Request, TimeSpan Elapsed, IReadOnlyList<string> Warnings);
