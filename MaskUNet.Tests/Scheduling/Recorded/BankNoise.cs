using MaskUNet.Latents;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Scheduling.Recorded;

/// <summary>The noise of the recorded runs: draw d is entry d mod 32 of the bank.</summary>
internal sealed class BankNoise(Tensor bank) : INoiseSource
{
    public int Draws { get; private set; }

    public Tensor Draw(ReadOnlySpan<long> shape, ScalarType dataType, Device device) =>
        bank[Draws++ % bank.shape[0]].reshape(shape.ToArray()).to(dataType, device, copy: true);
}
