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
        return objective.Debiased || objective.MinSnrGamma is not null ? (errors * Weights(objective, timesteps, errors)).mean() : errors.mean();
    }

    private static Tensor Weights(DiffusionObjective objective, int[] timesteps, Tensor like) => tensor(
        [.. timesteps.Select(t => (float)Weight(objective, objective.Noise.AlphasCumprod[t]))], like.dtype, like.device);

    private static double Weight(DiffusionObjective objective, double alpha)
    {
        var snr = alpha / (1 - alpha);
        var ofSample = objective.MinSnrGamma is { } gamma ? Math.Min(snr, gamma) : Math.Sqrt(snr);
        // The errors of the other two are multiples of the sample's.
        return objective.Prediction switch
        {
            PredictionType.VPrediction => ofSample / (snr + 1),
            PredictionType.Sample => ofSample,
            _ => snr > 0 ? ofSample / snr : 1,
        };
    }
}
