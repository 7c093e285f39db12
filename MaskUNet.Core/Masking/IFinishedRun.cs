using MaskUNet.Images;
using static TorchSharp.torch;

namespace MaskUNet.Masking;

/// <summary>A run whose steps are done, as a mask strategy sees it.</summary>
/// <remarks>Valid during the strategy's call only, on the thread of that call.</remarks>
public interface IFinishedRun
{
    /// <summary>The sample after the last step, [B, C, H/8, W/8]; it belongs to the pipeline.</summary>
    Tensor Latents { get; }

    /// <summary>The prompts, one an image of the batch.</summary>
    IReadOnlyList<string> Prompts { get; }

    /// <summary>What lasted as long as the run.</summary>
    MaskRun Run { get; }

    /// <summary>Asks whether the caller still wants the picture.</summary>
    CancellationToken Cancellation { get; }

    /// <summary>Draws the same request with the plain U-Net: the same noise, the same scheduler, no masks. A unit a step.</summary>
    /// <returns>Nulls, then the sample after the last step, which belongs to the pipeline.</returns>
    IEnumerable<Tensor?> DrawPlainInUnits();

    /// <summary>The picture of a sample, byte for byte what the result would be.</summary>
    /// <param name="latents">A sample, [B, C, H/8, W/8].</param>
    /// <param name="index">Which picture of the batch, from 0.</param>
    RgbImage DecodePicture(Tensor latents, int index);
}
