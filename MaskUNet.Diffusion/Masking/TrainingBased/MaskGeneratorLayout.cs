using System.Globalization;
using MaskUNet.UNet;

namespace MaskUNet.Masking;

/// <summary>An up block as its mask generator sees it.</summary>
/// <param name="InChannels">Channels of the block's input and the skip that it takes first, together.</param>
/// <param name="OutChannels">Channels of the block's output.</param>
/// <param name="Layers">The masked layers in execution order.</param>
internal sealed record MaskGeneratorBlock(long InChannels, long OutChannels, IReadOnlyList<MaskableLayer> Layers);

/// <summary>The up blocks of a U-Net, and which of their layers are masked.</summary>
/// <param name="TimeChannels">Width of the time embedding.</param>
/// <param name="Blocks">The up blocks in their order.</param>
internal sealed record MaskGeneratorLayout(long TimeChannels, IReadOnlyList<MaskGeneratorBlock> Blocks)
{
    private const string TimeLayer = "time_embedding.linear_2";

    /// <summary>The layout of a U-Net in diffusers' names.</summary>
    /// <exception cref="InvalidOptionException">It has other names, or a layer cannot have a learned mask.</exception>
    public static MaskGeneratorLayout Of(IMaskedUNet unet, IReadOnlyList<MaskableLayer> masked)
    {
        var unfit = masked.FirstOrDefault(layer => !layer.IsInDecoder || layer.Shape.Count != 2);
        if (unfit is not null)
        {
            throw new InvalidOptionException(
                $"{unfit.Name} [{string.Join(", ", unfit.Shape)}] cannot have a learned mask: only linear layers of the up blocks can. Choose the targets among those.");
        }

        var layers = unet.Layers.ToDictionary(layer => layer.Name, StringComparer.Ordinal);
        var blocks = new List<MaskGeneratorBlock>();
        while (layers.TryGetValue($"{Name(blocks.Count)}.resnets.0.conv1", out var first))
        {
            var name = Name(blocks.Count);
            blocks.Add(new MaskGeneratorBlock(first.Shape[1], first.Shape[0], [.. masked.Where(layer => layer.Block == name)]));
        }

        return blocks.Count > 0 && layers.TryGetValue(TimeLayer, out var time)
            ? new MaskGeneratorLayout(time.Shape[0], blocks)
            : throw new InvalidOptionException($"Learned masks need a U-Net with diffusers' names; this one has no {TimeLayer} or no {Name(0)}.resnets.0.conv1.");
    }

    /// <summary>The path of an up block.</summary>
    public static string Name(int block) => string.Create(CultureInfo.InvariantCulture, $"up_blocks.{block}");

    /// <summary>The number of the up block of a path; -1 for other blocks.</summary>
    public int NumberOf(string name) => Enumerable.Range(0, Blocks.Count).FirstOrDefault(block => Name(block) == name, -1);

    /// <summary>What a layer's adapter is called: the released code replaced the dots of its path within the block.</summary>
    public static string AdapterName(MaskableLayer layer) => layer.Name[(layer.Block.Length + 1)..].Replace('.', '_');
}
