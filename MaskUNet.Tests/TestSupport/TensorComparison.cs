using FluentAssertions.Execution;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Tests.TestSupport;

public static class TensorComparison
{
    /// <summary>The fixtures' measure of error: max |ours - truth| / max |truth|, of tensors of one shape.</summary>
    public static double RelativeError(Tensor ours, Tensor truth)
    {
        using var scope = NewDisposeScope();
        if (!ours.shape.SequenceEqual(truth.shape))
        {
            throw new InvalidOperationException($"ours is [{string.Join(", ", ours.shape)}], the truth [{string.Join(", ", truth.shape)}]");
        }

        var (a, b) = (ours.detach().cpu().to(float64), truth.to(float64));
        var (difference, largest) = ((a - b).abs().max().item<double>(), b.abs().max().item<double>());
        return difference == 0 ? 0 : difference / largest; // NaN stays NaN and fails every comparison
    }

    public static void ShouldMatch(this Tensor ours, Tensor truth, double tolerance, string what)
    {
        var error = RelativeError(ours, truth);
        Execute.Assertion
            .ForCondition(error <= tolerance)
            .FailWith($"{what}: relative error {error:g3} is above {tolerance:g3}");
    }

    public static void ShouldEqualBitForBit(this Tensor ours, Tensor truth, string what)
    {
        using var scope = NewDisposeScope();
        Execute.Assertion
            .ForCondition(ours.shape.SequenceEqual(truth.shape) && ours.detach().cpu().contiguous().bytes.SequenceEqual(truth.detach().cpu().contiguous().bytes))
            .FailWith($"{what}: bits differ");
    }
}
