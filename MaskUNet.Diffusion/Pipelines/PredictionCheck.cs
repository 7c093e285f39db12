using MaskUNet.Masking;
using static TorchSharp.torch;

namespace MaskUNet;

/// <summary>Refuses a mask strategy's result that the scheduler cannot step with, or would silently broadcast.</summary>
internal static class PredictionCheck
{
    /// <param name="prediction">What the strategy gave; null where it ended without a prediction.</param>
    /// <param name="latents">The sample that it is for.</param>
    public static Tensor Check(Tensor? prediction, Tensor latents)
    {
        if (prediction is null)
        {
            throw new MaskUNetException("The mask strategy ended a step without a prediction; it must yield one.");
        }

        if (prediction.IsInvalid)
        {
            throw new MaskUNetException("The mask strategy gave a prediction that has been disposed; it must detach from dispose scopes what lives across a null.");
        }

        return Describe(prediction) == Describe(latents)
            ? prediction
            : throw new MaskUNetException($"The mask strategy gave {Describe(prediction)}; {Describe(latents)}, as the sample is, was expected.");
    }

    /// <param name="finished">What the strategy gave at the end; null where it gave nothing.</param>
    /// <param name="latents">The sample that it was given.</param>
    public static Tensor CheckFinished(FinishedSample? finished, Tensor latents)
    {
        var sample = Check(
            finished is null ? throw new MaskUNetException("The mask strategy ended a run without a sample; it must yield one.") : finished.Latents, latents);
        return finished.Comparisons is not { } comparisons || comparisons.Count == latents.shape[0]
            ? sample
            : throw new MaskUNetException($"The mask strategy compared {comparisons.Count} pictures of {latents.shape[0]}; it must say something of each, or nothing.");
    }

    private static string Describe(Tensor tensor) => $"[{string.Join(", ", tensor.shape)}] of {tensor.dtype} on {tensor.device}";
}
