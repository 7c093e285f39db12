using MaskUNet.Checkpoints;
using MaskUNet.Layers;
using MaskUNet.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Latents;

/// <summary>TAESD's residual block: three 3x3 convolutions with ReLUs between them, the input added, and a ReLU.</summary>
internal sealed class TinyBlock(WeightScope scope, int channels)
{
    private readonly Convolution[] convolutions = [.. new[] { 0, 2, 4 }.Select(layer => new Convolution(scope[layer], channels, channels))];

    public Tensor Forward(Tensor input)
    {
        var hidden = convolutions[0].Forward(input).Then(Relu).Then(convolutions[1].Forward).Then(Relu).Then(convolutions[2].Forward);
        return hidden.add_(input).Then(Relu);
    }

    private static Tensor Relu(Tensor values) => nn.functional.relu(values);
}
