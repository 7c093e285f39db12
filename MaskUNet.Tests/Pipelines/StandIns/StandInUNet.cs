using MaskUNet.Masking;
using MaskUNet.UNet;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Pipelines.StandIns;

/// <summary>A tenth of the sample, or what a test wants at an evaluation counted from 1.</summary>
internal sealed class StandInUNet(Func<int, Tensor, Tensor>? predict = null) : IMaskedUNet
{
    private int evaluations;

    public IReadOnlyList<MaskableLayer> Layers { get; } = [new("up_blocks.0.attentions.0.attn1.to_q", [2, 2], "up_blocks.0")];

    public int InChannels => 4;

    public ScalarType DataType => ScalarType.Float32;

    public Device Device => CPU;

    public bool IsDisposed { get; private set; }

    public Tensor Weight(MaskableLayer layer) => throw new NotSupportedException("The stand-in has no weights.");

    public UNetFeatures Encode(UNetInput input, IMaskGenerator masks) => new(input.Sample, [], input.Timesteps, input.EncoderHiddenStates);

    public Tensor Decode(UNetFeatures features, IMaskGenerator masks)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        evaluations++;
        return predict?.Invoke(evaluations, features.Hidden) ?? (features.Hidden * 0.1);
    }

    public void Dispose() => IsDisposed = true;
}
