using MaskUNet.Latents;
using static TorchSharp.torch;

namespace MaskUNet.Scheduling;

/// <summary>
/// Ancestral sampling with Euler steps, after k-diffusion's <c>sample_euler_ancestral</c>; as diffusers'
/// <c>EulerAncestralDiscreteScheduler</c>. The same distribution as DDPM in other coordinates.
/// </summary>
/// <remarks>Immutable, safe to share between threads.</remarks>
public sealed class EulerAncestralDiscreteScheduler : VarianceExplodingScheduler
{
    private readonly EulerAncestralDiscreteSchedulerOptions options;

    /// <summary>Creates the scheduler.</summary>
    /// <param name="options">The options; diffusers' defaults if null.</param>
    /// <exception cref="InvalidOptionException">The options are out of range.</exception>
    public EulerAncestralDiscreteScheduler(EulerAncestralDiscreteSchedulerOptions? options = null)
        : base(options ??= new(), NoiseSchedule.Create(options, options.RescaleBetasZeroSnr, TerminalAlphaCumprod), SampleLimit.None) =>
            this.options = options;

    private protected override SamplingSchedule Space(int steps)
    {
        var timesteps = TimestepSpacer.Continuous(options, steps);
        return ScaledSchedule(timesteps, timesteps.Select(Table.At), FinalSigma(FinalSigmasType.Zero));
    }

    // A deterministic step from sigma to below the next level, sigmaDown, then noise of deviation sigmaUp up to it:
    // sigmaDown² + sigmaUp² = next², with sigmaUp that of the DDPM posterior.
    private protected override SchedulerStep Advance(SchedulerState state, Tensor output, Tensor sample, INoiseSource noise)
    {
        var run = Own<RunState>(state);
        var (sigma, next) = (Sigma(state), Sigma(state, 1));
        var sigmaUp = Math.Sqrt(next * next * ((sigma * sigma) - (next * next)) / (sigma * sigma));
        var sigmaDown = Math.Sqrt((next * next) - (sigmaUp * sigmaUp));

        var original = Original(state, output, sample);
        var previous = Move(sample, original, sigma, sigmaDown) + (sigmaUp * Draw(noise, sample));
        return new(previous, original, run with { Index = run.Index + 1 });
    }
}
