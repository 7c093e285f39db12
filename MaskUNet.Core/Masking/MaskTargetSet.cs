using System.Globalization;
using System.Text;
using MaskUNet.UNet;

namespace MaskUNet.Masking;

/// <summary>The layers of one U-Net that a mask covers, counted and listed.</summary>
/// <param name="Description">The rule that chose them, in words.</param>
/// <param name="Layers">The layers in execution order.</param>
public sealed record MaskTargetSet(string Description, IReadOnlyList<MaskableLayer> Layers)
{
    /// <summary>The number of weights that a mask has.</summary>
    public long WeightCount => Layers.Sum(layer => layer.Count);

    /// <summary>True where a layer outside the up blocks is covered.</summary>
    public bool IncludesEncoder => Layers.Any(layer => layer.IsInEncoder);

    /// <summary>A line for the whole and one a layer.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{Description}: {Layers.Count} layers, {WeightCount:N0} weights");
        foreach (var layer in Layers)
        {
            text.AppendLine().Append(CultureInfo.InvariantCulture, $"  {layer.Name} [{string.Join(", ", layer.Shape)}]");
        }

        return text.ToString();
    }
}
