using MaskUNet.Masking;
using MaskUNet.UNet;
using static TorchSharp.torch;

namespace MaskUNet.Benchmarks.Models;

/// <summary>Masks of ones that gather gradients, as a search for the best mask uses them. They belong to the caller's dispose scope.</summary>
internal sealed class GradientMasks(MaskTargetSet targets) : IMaskGenerator, ILayerMasks
{
    private readonly Dictionary<string, Tensor> masks = targets.Layers.ToDictionary(layer => layer.Name, layer => ones([.. layer.Shape], requires_grad: true));

    public bool MasksEncoder => false;

    public ILayerMasks Begin(MaskedBlock block) => this;

    public Tensor? For(MaskableLayer layer) => masks.GetValueOrDefault(layer.Name);

    /// <summary>Checks that every mask has got a gradient, and frees it.</summary>
    /// <exception cref="MaskUNetException">One has none.</exception>
    public void ClearGradients()
    {
        foreach (var (name, mask) in masks)
        {
            using var gradient = mask.grad ?? throw new MaskUNetException($"The mask of {name} has no gradient.");
            mask.grad = null;
        }
    }
}
