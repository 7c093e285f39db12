using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Scheduling;

/// <summary>
/// The betas of a training schedule, in float32 and in PyTorch's own operations: models were trained with these roundings, and a table
/// in double precision differs from theirs by 1e-6.
/// </summary>
internal static class BetaTable
{
    private const double LargestBeta = 0.999; // keeps the cosine schedule's end finite

    /// <summary>A tensor [timesteps] in the caller's scope.</summary>
    public static Tensor Create(SchedulerOptions options)
    {
        var (start, end, count) = (options.BetaStart, options.BetaEnd, options.TrainTimesteps);
        return options switch
        {
            { TrainedBetas: { } betas } => tensor(betas.ToArray()),
            { BetaSchedule: BetaSchedule.Linear } => linspace(start, end, count, float32),
            { BetaSchedule: BetaSchedule.ScaledLinear } => linspace(Math.Sqrt(start), Math.Sqrt(end), count, float32).pow(2),
            { BetaSchedule: BetaSchedule.SquaredCosine } => FromAlphaBar(SquaredCosine, count),
            { BetaSchedule: BetaSchedule.Sigmoid } => (linspace(-6, 6, count, float32).sigmoid() * (end - start)) + start,
            { BetaSchedule: BetaSchedule.Exponential } => FromAlphaBar(t => Math.Exp(-12 * t), count),
            _ => throw new InvalidOptionException($"the beta schedule {options.BetaSchedule} does not exist: choose another one."),
        };
    }

    /// <summary>Shifts and scales the schedule so that its last timestep is pure noise: arXiv 2305.08891, algorithm 1.</summary>
    public static Tensor RescaleToZeroTerminalSnr(Tensor betas)
    {
        var root = (1 - betas).cumprod(0).sqrt();
        var (first, last) = (root[0], root[^1]);
        var shifted = (root - last) * (first / (first - last));
        var alphaBar = shifted.pow(2);
        return 1 - cat([alphaBar[..1], alphaBar[1..] / alphaBar[..^1]]);
    }

    private static double SquaredCosine(double t) => Math.Pow(Math.Cos((t + 0.008) / 1.008 * Math.PI / 2), 2);

    private static Tensor FromAlphaBar(Func<double, double> alphaBar, int count) =>
        tensor(Enumerable.Range(0, count)
            .Select(i => (float)Math.Min(1 - (alphaBar((i + 1.0) / count) / alphaBar((double)i / count)), LargestBeta))
            .ToArray());
}
