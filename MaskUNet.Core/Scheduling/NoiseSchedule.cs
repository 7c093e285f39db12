using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Scheduling;

/// <summary>
/// The noise of each training timestep: x_t = sqrt(alphas_cumprod[t]) x_0 + sqrt(1 - alphas_cumprod[t]) epsilon. Immutable, safe to share.
/// </summary>
/// <remarks>
/// The tables are float32 like the reference implementation's (diffusers 0.31); what is computed from them is not rounded again.
/// </remarks>
public sealed class NoiseSchedule
{
    private NoiseSchedule(float[] betas, float[] alphasCumprod)
    {
        Betas = Array.AsReadOnly(betas);
        AlphasCumprod = Array.AsReadOnly(alphasCumprod);
        Sigmas = Array.AsReadOnly(Array.ConvertAll(alphasCumprod, alpha => MathF.Sqrt((1 - alpha) / alpha)));
    }

    /// <summary>The variance that each timestep adds, [TrainTimesteps].</summary>
    public IReadOnlyList<float> Betas { get; }

    /// <summary>The share of the clean sample's variance that is left, [TrainTimesteps], falling.</summary>
    public IReadOnlyList<float> AlphasCumprod { get; }

    /// <summary>The noise levels sqrt((1 - alphas_cumprod) / alphas_cumprod), [TrainTimesteps], rising.</summary>
    public IReadOnlyList<float> Sigmas { get; }

    /// <summary>Builds the tables.</summary>
    /// <param name="options">The training schedule.</param>
    /// <param name="rescaleBetasZeroSnr">Whether the last timestep becomes pure noise (arXiv 2305.08891, algorithm 1).</param>
    /// <param name="terminalAlphaCumprod">With <paramref name="rescaleBetasZeroSnr"/>: what is left of the sample at the last timestep;
    /// 0 (default), or a little for schedulers that divide by it.</param>
    /// <exception cref="InvalidOptionException">The options are out of range.</exception>
    public static NoiseSchedule Create(SchedulerOptions options, bool rescaleBetasZeroSnr = false, float terminalAlphaCumprod = 0)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var betas = BetaTable.Create(options);
        if (rescaleBetasZeroSnr)
        {
            betas = BetaTable.RescaleToZeroTerminalSnr(betas);
        }

        var alphasCumprod = (1 - betas).cumprod(0).data<float>().ToArray();
        if (rescaleBetasZeroSnr)
        {
            alphasCumprod[^1] = terminalAlphaCumprod;
        }

        return new NoiseSchedule(betas.data<float>().ToArray(), alphasCumprod);
    }

    /// <summary>Adds noise as in training, to each sample at its own timestep. Differentiable.</summary>
    /// <param name="original">Clean samples, [B, C, H/8, W/8].</param>
    /// <param name="noise">Standard normal noise of the same shape.</param>
    /// <param name="timesteps">A timestep a sample, B many, 0 to TrainTimesteps - 1.</param>
    /// <returns>A tensor of the samples' shape and type in the caller's scope.</returns>
    /// <exception cref="InvalidOptionException">A timestep is out of range, or there are not as many as samples.</exception>
    public Tensor AddNoise(Tensor original, Tensor noise, IReadOnlyList<int> timesteps) =>
        Combine(original, timesteps, noise, original);

    /// <summary>
    /// The velocity that a v-prediction model is trained on, sqrt(alphas_cumprod) noise - sqrt(1 - alphas_cumprod) sample.
    /// </summary>
    /// <param name="sample">Clean samples, [B, C, H/8, W/8].</param>
    /// <param name="noise">Standard normal noise of the same shape.</param>
    /// <param name="timesteps">A timestep a sample, B many, 0 to TrainTimesteps - 1.</param>
    /// <returns>A tensor of the samples' shape and type in the caller's scope.</returns>
    /// <exception cref="InvalidOptionException">A timestep is out of range, or there are not as many as samples.</exception>
    public Tensor GetVelocity(Tensor sample, Tensor noise, IReadOnlyList<int> timesteps)
    {
        ArgumentNullException.ThrowIfNull(sample);
        using var scope = NewDisposeScope();
        return Combine(sample, timesteps, -sample, noise).MoveToOuterDisposeScope();
    }

    // sqrt(alphas_cumprod) kept + sqrt(1 - alphas_cumprod) added
    private Tensor Combine(Tensor samples, IReadOnlyList<int> timesteps, Tensor added, Tensor kept)
    {
        ArgumentNullException.ThrowIfNull(samples);
        ArgumentNullException.ThrowIfNull(added);
        ArgumentNullException.ThrowIfNull(kept);
        ArgumentNullException.ThrowIfNull(timesteps);
        if (timesteps.Count != samples.shape[0])
        {
            throw new InvalidOptionException(
                $"there are {timesteps.Count} timesteps for a batch of {samples.shape[0]}: give one a sample.");
        }

        if (timesteps.FirstOrDefault(t => t < 0 || t >= AlphasCumprod.Count, -1) is not -1 and var outside)
        {
            throw new InvalidOptionException($"timestep {outside} is outside the training schedule: give 0 to {AlphasCumprod.Count - 1}.");
        }

        using var scope = NewDisposeScope();
        long[] shape = [timesteps.Count, .. Enumerable.Repeat(1L, samples.shape.Length - 1)];
        Tensor PerSample(Func<double, double> coefficient) =>
            tensor(timesteps.Select(t => coefficient(AlphasCumprod[t])).ToArray(), samples.dtype, samples.device).reshape(shape);
        return ((PerSample(Math.Sqrt) * kept) + (PerSample(alpha => Math.Sqrt(1 - alpha)) * added)).MoveToOuterDisposeScope();
    }
}
