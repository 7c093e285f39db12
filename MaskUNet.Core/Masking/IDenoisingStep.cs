using MaskUNet.Latents;
using MaskUNet.UNet;
using static TorchSharp.torch;

namespace MaskUNet.Masking;

/// <summary>
/// One step of a run, as a mask strategy sees it: it may ask for predictions under as many masks as it likes and knows nothing of guidance,
/// schedulers or the split of the U-Net.
/// </summary>
/// <remarks>Valid during the strategy's call only, on the thread of that call. Its tensors belong to the pipeline.</remarks>
public interface IDenoisingStep
{
    /// <summary>The step's index, from 0.</summary>
    int Index { get; }

    /// <summary>The number of steps of the run.</summary>
    int Count { get; }

    /// <summary>The timestep of the training schedule.</summary>
    double Timestep { get; }

    /// <summary>The sample before the step, [B, C, H/8, W/8].</summary>
    Tensor Latents { get; }

    /// <summary>The prompts, one an image of the batch.</summary>
    IReadOnlyList<string> Prompts { get; }

    /// <summary>The pictures' seeds, one an image of the batch; a single one where the batch shares a generator.</summary>
    IReadOnlyList<long> Seeds { get; }

    /// <summary>The U-Net, for its list of layers.</summary>
    IMaskedUNet UNet { get; }

    /// <summary>The decoder behind <see cref="DecodeImage"/>, for its stages.</summary>
    ILatentDecoder Decoder { get; }

    /// <summary>What lasts as long as the run, from its first step to its last.</summary>
    MaskRun Run { get; }

    /// <summary>Asks whether the caller still wants the picture; long strategies pass it on.</summary>
    CancellationToken Cancellation { get; }

    /// <summary>The model's prediction under masks, after guidance.</summary>
    /// <param name="masks">The masks; <see cref="NoMasks.Instance"/> for the plain U-Net.</param>
    /// <returns>[B, C, H/8, W/8], in the caller's dispose scope.</returns>
    /// <exception cref="NumericalException">The prediction holds NaN or infinity.</exception>
    Tensor Predict(IMaskGenerator masks);

    /// <summary>The clean sample that a prediction means, as the scheduler reckons it. Differentiable.</summary>
    /// <param name="prediction">What <see cref="Predict"/> gave.</param>
    Tensor PredictOriginal(Tensor prediction);

    /// <summary>The picture of a clean sample, [B, 3, H, W] clamped to [0, 1]. Differentiable.</summary>
    /// <param name="original">What <see cref="PredictOriginal"/> gave.</param>
    Tensor DecodeImage(Tensor original);
}
