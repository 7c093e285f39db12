using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Scheduling.Recorded;

/// <summary>
/// The formula that stood in for a U-Net when the trajectories were recorded: 0.9 sin(0.7 x + 0.001 t + k) + 0.05 x, in float64.
/// </summary>
internal static class StandInModel
{
    public static Tensor Predict(Tensor input, double timestep, double shift = 0)
    {
        using var scope = NewDisposeScope();
        var x = input.to(float64);
        return ((0.9 * ((0.7 * x) + ((0.001 * timestep) + shift)).sin()) + (0.05 * x)).to(input.dtype).MoveToOuterDisposeScope();
    }
}
