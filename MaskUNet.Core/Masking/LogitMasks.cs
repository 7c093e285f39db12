using MaskUNet.UNet;
using static TorchSharp.torch;

namespace MaskUNet.Masking;

/// <summary>
/// The masks of one evaluation, drawn by <see cref="GumbelSigmoid"/> from a logit a weight: one mask for the whole batch, the guidance halves
/// included. Gradients reach the logits.
/// </summary>
/// <remarks>For one evaluation: another has noise of its own. Owns nothing.</remarks>
/// <param name="targets">What is masked.</param>
/// <param name="logits">By the layer's path, of the weight's shape and device. They stay their owner's.</param>
/// <param name="gumbelSigmoid">How masks are made of logits.</param>
/// <param name="noise">The run's random numbers. They stay their owner's.</param>
/// <param name="evaluation">The number of the evaluation in the run, from 0.</param>
/// <param name="maskType">The weights' type where the logits are of another, so that masks with gradients fit; null (default) for the logits' own.</param>
public sealed class LogitMasks(
    MaskTargetSet targets,
    IReadOnlyDictionary<string, Tensor> logits,
    GumbelSigmoid gumbelSigmoid,
    IMaskNoise noise,
    long evaluation,
    ScalarType? maskType = null) : IMaskGenerator, ILayerMasks
{
    /// <inheritdoc/>
    public bool MasksEncoder => targets.IncludesEncoder;

    /// <inheritdoc/>
    public ILayerMasks Begin(MaskedBlock block) => this;

    /// <summary>Draws the mask of a layer, in the caller's dispose scope.</summary>
    /// <param name="layer">The layer.</param>
    public Tensor? For(MaskableLayer layer)
    {
        ArgumentNullException.ThrowIfNull(layer);
        if (!logits.TryGetValue(layer.Name, out var own))
        {
            return null;
        }

        using var scope = NewDisposeScope();
        var mask = gumbelSigmoid.Draw(own, noise, new MaskDraw(evaluation, layer.Name));
        return (mask.dtype == ScalarType.Bool || mask.dtype == (maskType ?? mask.dtype) ? mask : mask.to(maskType!.Value)).MoveToOuterDisposeScope();
    }
}
