namespace MaskUNet.UNet;

/// <summary>A layer of the U-Net whose weight can be masked. Biases never are.</summary>
/// <param name="Name">Its path, as in the checkpoint: <c>up_blocks.1.attentions.0.transformer_blocks.0.attn1.to_q</c>.</param>
/// <param name="Shape">The weight's shape: [out, in] of a linear layer, [out, in, kh, kw] of a convolution.</param>
/// <param name="Block">The path of the block that it belongs to: <c>down_blocks.0</c>, <c>mid_block</c>, <c>up_blocks.1</c>, or empty for what lies outside blocks.</param>
public sealed record MaskableLayer(string Name, IReadOnlyList<long> Shape, string Block)
{
    /// <summary>The number of weights.</summary>
    public long Count => Shape.Aggregate(1L, (product, size) => product * size);

    /// <summary>The state-dict key of the weight.</summary>
    public string WeightName => Name + ".weight";

    /// <summary>True in the up blocks, the half that the paper masks.</summary>
    public bool IsInDecoder => Block.StartsWith("up_blocks", StringComparison.Ordinal);

    /// <summary>True before the up blocks: input, down blocks, middle block. False for <c>conv_out</c>, which follows them.</summary>
    public bool IsInEncoder => !IsInDecoder && Name != "conv_out";
}
