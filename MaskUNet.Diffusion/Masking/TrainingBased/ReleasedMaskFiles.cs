using MaskUNet.Checkpoints;
using MaskUNet.UNet;
using static TorchSharp.torch;

namespace MaskUNet.Masking;

/// <summary>
/// The two files of a checkpoint of the released code. They carry no sizes; those follow from the tensors' shapes, and the masked layers from
/// the adapters' names.
/// </summary>
internal static class ReleasedMaskFiles
{
    public const string Generators = "mask_generators";
    public const string Adapters = "adapters";

    private const string FirstLayer = "conv_kernel_mask.0.bias";
    private const string Rows = ".conv_in.weight";

    public static LearnedMaskModel Load(string generators, string adapters, IMaskedUNet unet, LearnedMaskConfig toggles)
    {
        using var generatorFile = WeightFile.Open(generators);
        using var adapterFile = WeightFile.Open(adapters);
        var rows = adapterFile.Entries
            .Where(entry => entry.Key.EndsWith(Rows, StringComparison.Ordinal) && entry.Value.Shape.Count == 4)
            .ToDictionary(entry => entry.Key[..^Rows.Length], entry => entry.Value.Shape[1], StringComparer.Ordinal);
        var hidden = generatorFile.Entries
            .Where(entry => entry.Key.EndsWith(FirstLayer, StringComparison.Ordinal) && entry.Value.Shape.Count == 1)
            .Select(entry => entry.Value.Shape[0]).FirstOrDefault();
        var layers = unet.Layers.Where(layer => layer.IsInDecoder && rows.ContainsKey(Key(layer))).ToList();
        if (layers.Count == 0 || hidden == 0)
        {
            throw new CheckpointException(
                $"'{generators}' and '{adapters}' hold no mask generators and adapters for this U-Net: give the released code's mask_generators.pth and adapters.pth, in this order.");
        }

        var channels = MaskGeneratorLayout.Of(unet, layers).Blocks.First(block => block.Layers.Contains(layers[0])).OutChannels;
        var config = toggles with { Factor = (int)Math.Max(1, channels / Math.Max(1, rows[Key(layers[0])])), HiddenChannels = (int)Math.Min(hidden, int.MaxValue) };
        return LearnedMaskModel.Build(config, layers, new JoinedWeights(Under(Generators, generatorFile), Under(Adapters, adapterFile)), unet);
    }

    public static void Save(LearnedMaskModel model, string folder)
    {
        foreach (var part in new[] { Generators, Adapters })
        {
            var prefix = part + ".";
            PyTorchWriter.Write(
                Path.Combine(folder, part + ".pth"),
                [.. model.Weights.Where(weight => weight.Key.StartsWith(prefix, StringComparison.Ordinal)).Select(weight => KeyValuePair.Create(weight.Key[prefix.Length..], weight.Value))]);
        }
    }

    private static string Key(MaskableLayer layer) => $"{layer.Block.Split('.')[^1]}.{MaskGeneratorLayout.AdapterName(layer)}";

    private static RenamedWeights Under(string part, WeightFile file) => new(file, entry => [new MappedTensor($"{part}.{entry.Name}")]);
}
