using System.Globalization;

namespace MaskUNet.Checkpoints;

/// <summary>The names of an autoencoder in the single files of the original implementation (LDM), as diffusers names them.</summary>
internal sealed class LdmVaeNames
{
    /// <summary>The prefix of the autoencoder in a single file.</summary>
    public const string Prefix = "first_stage_model.";

    private readonly int lastUp;

    /// <summary>Learns from the keys how many resolutions there are.</summary>
    /// <param name="keys">The keys of the whole file.</param>
    public LdmVaeNames(IEnumerable<string> keys) => lastUp = keys
        .Select(key => key.StartsWith(Prefix, StringComparison.Ordinal) && key[Prefix.Length..].Split('.') is ["decoder", "up", var number, ..] ? Number(number) : 0)
        .DefaultIfEmpty().Max();

    /// <summary>What a tensor of the file becomes: nothing where it belongs to another model, the same where its name is not known.</summary>
    public IEnumerable<MappedTensor> Map(TensorEntry stored) => stored.Name.StartsWith(Prefix, StringComparison.Ordinal)
        ? [new(Rename(stored.Name[Prefix.Length..]), VaeAttentionNames.Transform(stored))]
        : [];

    private string Rename(string name) => name.Split('.') switch
    {
        [var side, "down", var number, "block", var index, .. var rest] => $"{side}.down_blocks.{number}.resnets.{index}.{Resnet(rest)}",
        [var side, "down", var number, "downsample", .. var rest] => $"{side}.down_blocks.{number}.downsamplers.0.{string.Join('.', rest)}",
        [var side, "up", var number, "block", var index, .. var rest] => $"{side}.up_blocks.{lastUp - Number(number)}.resnets.{index}.{Resnet(rest)}",
        [var side, "up", var number, "upsample", .. var rest] => $"{side}.up_blocks.{lastUp - Number(number)}.upsamplers.0.{string.Join('.', rest)}",
        [var side, "mid", "block_1", .. var rest] => $"{side}.mid_block.resnets.0.{Resnet(rest)}",
        [var side, "mid", "block_2", .. var rest] => $"{side}.mid_block.resnets.1.{Resnet(rest)}",
        [var side, "mid", "attn_1", var layer, var parameter] => $"{side}.mid_block.attentions.0.{VaeAttentionNames.Rename(layer)}.{parameter}",
        [var side, "norm_out", var parameter] => $"{side}.conv_norm_out.{parameter}",
        _ => name,
    };

    private static string Resnet(string[] parts) => parts is ["nin_shortcut", var parameter] ? $"conv_shortcut.{parameter}" : string.Join('.', parts);

    private static int Number(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
