using System.Globalization;

namespace MaskUNet.Checkpoints;

/// <summary>The names of a U-Net in the single files of the original implementation (LDM), as diffusers names them.</summary>
internal sealed class LdmUNetNames
{
    /// <summary>The prefix of the U-Net in a single file.</summary>
    public const string Prefix = "model.diffusion_model.";

    private const string EmaPrefix = "model_ema.diffusion_model";

    // LDM numbers all blocks of a side in one row: the residual blocks of each resolution, then its down-sampler.
    private readonly int blocksPerResolution;
    private readonly Dictionary<string, string>? averaged;

    /// <summary>Learns from the keys how many blocks each resolution has.</summary>
    /// <param name="keys">The keys of the whole file.</param>
    /// <param name="ema">True to take the averaged weights, which some files hold beside the last ones.</param>
    public LdmUNetNames(IEnumerable<string> keys, bool ema = false)
    {
        var own = keys.Where(key => key.StartsWith(Prefix, StringComparison.Ordinal)).Select(key => key[Prefix.Length..]).ToList();
        blocksPerResolution = own.Select(key => key.Split('.') is ["input_blocks", var number, "0", "op", ..] ? Math.Max(1, Number(number)) : int.MaxValue)
            .DefaultIfEmpty(int.MaxValue).Min();
        averaged = ema ? own.ToDictionary(key => EmaPrefix + key.Replace(".", "", StringComparison.Ordinal)) : null;
    }

    /// <summary>What a tensor of the file becomes: nothing where it belongs to another model, the same where its name is not known.</summary>
    public IEnumerable<MappedTensor> Map(TensorEntry stored) => averaged is null
        ? stored.Name.StartsWith(Prefix, StringComparison.Ordinal) ? [new(Rename(stored.Name[Prefix.Length..]))] : []
        : averaged.TryGetValue(stored.Name, out var name) ? [new(Rename(name))] : [];

    private string Rename(string name) => name.Split('.') switch
    {
        ["time_embed", "0", var parameter] => $"time_embedding.linear_1.{parameter}",
        ["time_embed", "2", var parameter] => $"time_embedding.linear_2.{parameter}",
        ["label_emb", "0", "0", var parameter] => $"add_embedding.linear_1.{parameter}",
        ["label_emb", "0", "2", var parameter] => $"add_embedding.linear_2.{parameter}",
        ["input_blocks", "0", "0", var parameter] => $"conv_in.{parameter}",
        ["out", "0", var parameter] => $"conv_norm_out.{parameter}",
        ["out", "2", var parameter] => $"conv_out.{parameter}",
        ["input_blocks", var number, "0", "op", var parameter] => $"down_blocks.{Down(number).Resolution}.downsamplers.0.conv.{parameter}",
        ["input_blocks", var number, "0", .. var rest] => $"down_blocks.{Down(number).Resolution}.resnets.{Down(number).Index}.{Resnet(rest)}",
        ["input_blocks", var number, "1", .. var rest] => $"down_blocks.{Down(number).Resolution}.attentions.{Down(number).Index}.{string.Join('.', rest)}",
        ["middle_block", "0", .. var rest] => $"mid_block.resnets.0.{Resnet(rest)}",
        ["middle_block", "1", .. var rest] => $"mid_block.attentions.0.{string.Join('.', rest)}",
        ["middle_block", "2", .. var rest] => $"mid_block.resnets.1.{Resnet(rest)}",
        ["output_blocks", var number, "1" or "2", "conv", var parameter] => $"up_blocks.{Up(number).Resolution}.upsamplers.0.conv.{parameter}",
        ["output_blocks", var number, "0", .. var rest] => $"up_blocks.{Up(number).Resolution}.resnets.{Up(number).Index}.{Resnet(rest)}",
        ["output_blocks", var number, "1", .. var rest] => $"up_blocks.{Up(number).Resolution}.attentions.{Up(number).Index}.{string.Join('.', rest)}",
        _ => name,
    };

    private static string Resnet(string[] parts) => parts switch
    {
        ["in_layers", "0", var parameter] => $"norm1.{parameter}",
        ["in_layers", "2", var parameter] => $"conv1.{parameter}",
        ["emb_layers", "1", var parameter] => $"time_emb_proj.{parameter}",
        ["out_layers", "0", var parameter] => $"norm2.{parameter}",
        ["out_layers", "3", var parameter] => $"conv2.{parameter}",
        ["skip_connection", var parameter] => $"conv_shortcut.{parameter}",
        _ => string.Join('.', parts),
    };

    // Block 0 is the first convolution.
    private (int Resolution, int Index) Down(string number) => Math.DivRem(Number(number) - 1, blocksPerResolution);

    // An up block has one residual block more than a down block, but no block of its own for the up-sampler.
    private (int Resolution, int Index) Up(string number) => Math.DivRem(Number(number), blocksPerResolution);

    private static int Number(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : int.MaxValue;
}
