using MaskUNet.Scheduling;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Training;

/// <summary>
/// The diffusion loss of Ho et al. (arXiv 2006.11239, equation 14): noise at random timesteps, and the mean squared error of what the model
/// says it was; for the other prediction types, of the velocity or the sample.
/// </summary>
internal static class DiffusionLoss
{
    /// <param name="objective">What is predicted, and how timesteps count.</param>
    /// <param name="latents">Clean latents, [B, C, h, w].</param>
    /// <param name="step">Gives timesteps and noise.</param>
    /// <param name="predict">Noisy latents and timesteps (int64 [B]) to the prediction.</param>
    public static Tensor Of(DiffusionObjective objective, Tensor latents, TrainingStep step, Func<Tensor, Tensor, Tensor> predict)
    {
        var noise = step.Noise.Draw(latents.shape, latents.dtype, latents.device);
        var count = objective.Noise.AlphasCumprod.Count;
        int[] timesteps = [.. Enumerable.Range(0, (int)latents.shape[0]).Select(_ => step.Next(count))];
        var noisy = objective.Noise.AddNoise(latents, noise, timesteps);
        var prediction = predict(noisy, tensor(timesteps, ScalarType.Int64, latents.device));
        var target = objective.Prediction switch
        {
            PredictionType.VPrediction => objective.Noise.GetVelocity(latents, noise, timesteps),
            PredictionType.Sample => latents,
            _ => noise,
        };
        var errors = (prediction - target).square().mean([1, 2, 3]);
        return objective.MinSnrGamma is { } gamma ? (errors * Weights(objective, gamma, timesteps, errors)).mean() : errors.mean();
    }

    private static Tensor Weights(DiffusionObjective objective, double gamma, int[] timesteps, Tensor like) => tensor(
        [.. timesteps.Select(t => (float)Weight(objective.Prediction, objective.Noise.AlphasCumprod[t], gamma))], like.dtype, like.device);

    // min(SNR, gamma) is the weight of an error of the sample; the other two errors are multiples of it.
    private static double Weight(PredictionType prediction, double alpha, double gamma)
    {
        var snr = alpha / (1 - alpha);
        return prediction switch
        {
            PredictionType.VPrediction => Math.Min(snr, gamma) / (snr + 1),
            PredictionType.Sample => Math.Min(snr, gamma),
            _ => snr > gamma ? gamma / snr : 1,
        };
    }
}
