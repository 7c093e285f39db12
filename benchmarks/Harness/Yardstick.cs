using MaskUNet.Kernels;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Benchmarks.Harness;

/// <summary>
/// The machine's peak rate as seen from libtorch: its own 3x3 convolution, which multiplies 36 times for 2x2 results, 320 to 320 channels
/// over 64x64 pixels, channels-last, batch 2.
/// </summary>
internal sealed class Yardstick : IDisposable
{
    private const int Repetitions = 30;
    private const double GigaFlop = 2e-9 * 2 * 320 * 320 * 9 * 64 * 64;
    private readonly Tensor input;
    private readonly Tensor weight;

    public Yardstick()
    {
        using var scope = NewDisposeScope();
        input = ConvolutionKernel.ChannelsLast(randn(2, 320, 64, 64)).DetachFromDisposeScope();
        weight = ConvolutionKernel.ChannelsLast(randn(320, 320, 3, 3)).DetachFromDisposeScope();
    }

    /// <summary>The seconds that some GFLOP take at the peak rate; measured anew, median of several.</summary>
    public double SecondsFor(double gigaFlop) =>
        gigaFlop / GigaFlop * Stopwatches.Median(Enumerable.Range(0, Repetitions).Select(_ => Stopwatches.Time(() => nn.functional.conv2d(input, weight, padding: [1, 1]).Dispose())));

    public void Dispose()
    {
        input.Dispose();
        weight.Dispose();
    }
}
