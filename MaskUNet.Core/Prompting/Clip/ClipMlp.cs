using MaskUNet.Checkpoints;
using MaskUNet.Layers;
using static TorchSharp.torch;

namespace MaskUNet.Prompting.Clip;

/// <summary>Linear, activation, linear: [B, L, D] to [B, L, D].</summary>
internal sealed class ClipMlp(WeightScope scope, ClipTransformerShape shape)
{
    private readonly Linear expand = new(scope["fc1"], shape.Width, shape.MlpWidth);
    private readonly Linear shrink = new(scope["fc2"], shape.MlpWidth, shape.Width);

    public Tensor Forward(Tensor input)
    {
        using var dispose = NewDisposeScope();
        return shrink.Forward(shape.Activation.Apply(expand.Forward(input))).MoveToOuterDisposeScope();
    }
}
