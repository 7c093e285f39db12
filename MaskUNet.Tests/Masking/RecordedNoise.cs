using MaskUNet.Masking;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Masking;

/// <summary>Noise that was recorded, by what it is for.</summary>
internal sealed class RecordedNoise(Func<MaskDraw, Tensor> recorded) : IMaskNoise
{
    public Tensor Exponential(MaskDraw draw, ReadOnlySpan<long> shape, Device device)
    {
        using var scope = NewDisposeScope();
        return recorded(draw).reshape(shape.ToArray()).clone().MoveToOuterDisposeScope(); // whoever draws may write in it
    }

    public void Dispose()
    {
    }
}
