using System.Text.Json.Nodes;
using static TorchSharp.torch;

namespace MaskUNet.Masking;

/// <summary>Masks that a picture's settings describe and that a pipeline of another package knows how to make.</summary>
internal sealed class DescribedMasks(JsonObject description) : MaskStrategy
{
    private readonly JsonObject description = (JsonObject)description.DeepClone();

    /// <inheritdoc/>
    public override JsonObject Describe() => (JsonObject)description.DeepClone();

    /// <inheritdoc/>
    public override Tensor Predict(IDenoisingStep step) => throw new InvalidOptionException(
        $"This pipeline cannot make the masks {description.ToJsonString()}: set Masks to a strategy that does this.");
}
