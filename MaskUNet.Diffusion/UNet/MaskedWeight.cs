using MaskUNet.Kernels;
using static TorchSharp.torch;

namespace MaskUNet.UNet;

/// <summary>Multiplies a weight by its mask, having checked that the mask fits.</summary>
internal static class MaskedWeight
{
    /// <param name="weight">The frozen weight; not changed.</param>
    /// <param name="mask">Of the weight's shape, or with the batch in front.</param>
    /// <param name="layer">The layer, for messages.</param>
    /// <param name="batch">The batch size where one mask a sample is possible; otherwise null.</param>
    public static Tensor Of(Tensor weight, Tensor mask, MaskableLayer layer, long? batch)
    {
        var shape = mask.shape;
        var fits = shape.SequenceEqual(layer.Shape) || (batch is { } samples && shape.SequenceEqual([samples, .. layer.Shape]));
        if (!fits)
        {
            var perSample = batch is null ? "" : $" or [{batch}, {string.Join(", ", layer.Shape)}]";
            throw new InvalidOptionException(
                $"The mask of {layer.Name} is [{string.Join(", ", shape)}]; [{string.Join(", ", layer.Shape)}]{perSample} was expected.");
        }

        if (mask.dtype != ScalarType.Bool && mask.dtype != weight.dtype)
        {
            throw new InvalidOptionException($"The mask of {layer.Name} is of {mask.dtype}; Bool or {weight.dtype}, the weight's type, was expected.");
        }

        if (mask.device_type != weight.device_type || mask.device_index != weight.device_index)
        {
            throw new InvalidOptionException($"The mask of {layer.Name} lies on {mask.device}, its weight on {weight.device}; make the mask on the U-Net's device.");
        }

        return MaskedWeightKernel.Apply(weight, mask);
    }
}
