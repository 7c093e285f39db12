using MaskUNet.Latents;

namespace MaskUNet;

/// <summary>Where a run stands, after each step.</summary>
/// <param name="Step">How many steps are done.</param>
/// <param name="Steps">Of how many.</param>
/// <param name="Timestep">The timestep of the step that was done.</param>
/// <param name="Elapsed">Since the run began.</param>
/// <param name="Latents">The sample after the step; ask it for a preview picture, at any time and on any thread.</param>
public sealed record GenerationProgress(int Step, int Steps, double Timestep, TimeSpan Elapsed, LatentSnapshot Latents)
{
    /// <summary>The share that is done, 0 to 1.</summary>
    public double Fraction => (double)Step / Steps;
}
