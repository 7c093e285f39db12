using MaskUNet.Checkpoints;

namespace MaskUNet.UNet;

/// <summary>Where a module of the U-Net finds its weights and enters its maskable layers, in the order in which they are built.</summary>
/// <param name="Weights">The scope of the module's weights.</param>
/// <param name="Layers">All maskable layers so far.</param>
internal readonly record struct UNetScope(WeightScope Weights, List<MaskableLayer> Layers)
{
    public UNetScope this[string child] => this with { Weights = Weights[child] };

    public UNetScope this[int child] => this with { Weights = Weights[child] };

    public MaskableLayer Register(params long[] shape)
    {
        var layer = new MaskableLayer(Weights.Path, shape, BlockOf(Weights.Path));
        Layers.Add(layer);
        return layer;
    }

    private static string BlockOf(string path)
    {
        var parts = path.Split('.');
        return parts[0] switch
        {
            "mid_block" => parts[0],
            "down_blocks" or "up_blocks" => $"{parts[0]}.{parts[1]}",
            _ => "",
        };
    }
}
