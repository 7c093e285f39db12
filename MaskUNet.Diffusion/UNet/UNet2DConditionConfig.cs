using System.Text.Json.Nodes;
using MaskUNet.Checkpoints;

namespace MaskUNet.UNet;

/// <summary>
/// The sizes of a conditional U-Net, with the names of a diffusers <c>unet/config.json</c>. Defaults are those of diffusers, which that
/// file leaves out.
/// </summary>
public sealed record UNet2DConditionConfig
{
    /// <summary>Height and width of the latents that the model was trained on; 64 for 512 px.</summary>
    public int SampleSize { get; init; } = 64;

    /// <summary>Channels of the sample.</summary>
    public int InChannels { get; init; } = 4;

    /// <summary>Channels of the prediction.</summary>
    public int OutChannels { get; init; } = 4;

    /// <summary>True where the sinusoidal time embedding holds cosines first.</summary>
    public bool FlipSinToCos { get; init; } = true;

    /// <summary>Shifts the frequencies of the time embedding; 0 for Stable Diffusion.</summary>
    public double FreqShift { get; init; }

    /// <summary>One type a resolution, from the largest: <c>CrossAttnDownBlock2D</c> or <c>DownBlock2D</c>.</summary>
    public IReadOnlyList<string> DownBlockTypes { get; init; } =
        ["CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "DownBlock2D"];

    /// <summary>One type a resolution, from the smallest: <c>CrossAttnUpBlock2D</c> or <c>UpBlock2D</c>.</summary>
    public IReadOnlyList<string> UpBlockTypes { get; init; } =
        ["UpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D"];

    /// <summary>Channels a resolution, from the largest.</summary>
    public IReadOnlyList<int> BlockOutChannels { get; init; } = [320, 640, 1280, 1280];

    /// <summary>Residual blocks of a down block; an up block has one more.</summary>
    public int LayersPerBlock { get; init; } = 2;

    /// <summary>Groups of every group normalisation.</summary>
    public int NormNumGroups { get; init; } = 32;

    /// <summary>Epsilon of the residual blocks' normalisations.</summary>
    public double NormEps { get; init; } = 1e-5;

    /// <summary>Width of the text embedding.</summary>
    public int CrossAttentionDim { get; init; } = 1280;

    /// <summary>The number of attention heads a resolution. The file calls it <c>attention_head_dim</c>, for history's sake.</summary>
    public IReadOnlyList<int> AttentionHeads { get; init; } = [8, 8, 8, 8];

    /// <summary>True where the transformers' projections are linear layers (Stable Diffusion 2.x) rather than 1x1 convolutions.</summary>
    public bool UseLinearProjection { get; init; }

    /// <summary>True where attention scores are computed in float32 whatever the type.</summary>
    public bool UpcastAttention { get; init; }

    /// <summary>Width of the time embedding: four times the first resolution's channels.</summary>
    public int TimeEmbeddingDim => BlockOutChannels[0] * 4;

    /// <summary>Reads a <c>config.json</c>.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="CheckpointException">The file is missing, damaged or of another model; the message names it.</exception>
    public static UNet2DConditionConfig Load(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return Parse(JsonFile.Read(path), path);
    }

    /// <summary>Reads the content of a <c>config.json</c>; absent values are diffusers' defaults.</summary>
    /// <param name="json">The content of <c>unet/config.json</c>.</param>
    /// <param name="source">What messages call it.</param>
    /// <exception cref="CheckpointException">A value is of the wrong kind, or asks for something that this U-Net does not have.</exception>
    public static UNet2DConditionConfig Parse(JsonObject json, string source = "The U-Net's config")
    {
        ArgumentNullException.ThrowIfNull(json);
        var read = new ConfigReader(json, source);
        var defaults = new UNet2DConditionConfig();
        read.Require("act_fn", "silu", "swish");
        read.Require("mid_block_type", "UNetMidBlock2DCrossAttn");
        read.Require("time_embedding_type", "positional");
        read.Require("resnet_time_scale_shift", "default");
        read.RequireOff("center_input_sample", "dual_cross_attention", "class_embed_type", "num_class_embeds", "addition_embed_type", "encoder_hid_dim", "encoder_hid_dim_type", "time_cond_proj_dim", "only_cross_attention");
        var channels = read.Integers("block_out_channels", defaults.BlockOutChannels);
        var config = new UNet2DConditionConfig
        {
            SampleSize = read.Integer("sample_size", defaults.SampleSize),
            InChannels = read.Integer("in_channels", defaults.InChannels),
            OutChannels = read.Integer("out_channels", defaults.OutChannels),
            FlipSinToCos = read.Flag("flip_sin_to_cos", defaults.FlipSinToCos),
            FreqShift = read.Number("freq_shift", defaults.FreqShift),
            DownBlockTypes = read.Texts("down_block_types", defaults.DownBlockTypes),
            UpBlockTypes = read.Texts("up_block_types", defaults.UpBlockTypes),
            BlockOutChannels = channels,
            LayersPerBlock = read.Integer("layers_per_block", defaults.LayersPerBlock),
            NormNumGroups = read.Integer("norm_num_groups", defaults.NormNumGroups),
            NormEps = read.Number("norm_eps", defaults.NormEps),
            CrossAttentionDim = read.Integer("cross_attention_dim", defaults.CrossAttentionDim),
            AttentionHeads = PerBlock(read.Integers("num_attention_heads", read.Integers("attention_head_dim", [8])), channels.Count),
            UseLinearProjection = read.Flag("use_linear_projection", defaults.UseLinearProjection),
            UpcastAttention = read.Flag("upcast_attention", defaults.UpcastAttention),
        };
        config.Validate(source);
        return config;
    }

    private static IReadOnlyList<int> PerBlock(IReadOnlyList<int> values, int blocks) =>
        values.Count == 1 ? [.. Enumerable.Repeat(values[0], blocks)] : values;

    private void Validate(string source)
    {
        var blocks = BlockOutChannels.Count;
        if (blocks == 0 || DownBlockTypes.Count != blocks || UpBlockTypes.Count != blocks || AttentionHeads.Count != blocks)
        {
            throw new CheckpointException(
                $"{source}: block_out_channels has {blocks} entries, down_block_types {DownBlockTypes.Count}, up_block_types {UpBlockTypes.Count}, attention_head_dim {AttentionHeads.Count}; they must be as many.");
        }

        for (var i = 0; i < blocks; i++)
        {
            if (BlockOutChannels[i] < 1 || AttentionHeads[i] < 1 || NormNumGroups < 1
                || BlockOutChannels[i] % NormNumGroups != 0 || BlockOutChannels[i] % AttentionHeads[i] != 0)
            {
                throw new CheckpointException(
                    $"{source}: block {i} has {BlockOutChannels[i]} channels, which norm_num_groups {NormNumGroups} and attention_head_dim {AttentionHeads[i]} must both divide.");
            }
        }

        if (DownBlockTypes.Concat(UpBlockTypes).FirstOrDefault(type => type is not ("CrossAttnDownBlock2D" or "DownBlock2D" or "CrossAttnUpBlock2D" or "UpBlock2D")) is { } unknown)
        {
            throw new CheckpointException($"{source}: block type '{unknown}' is not one of Stable Diffusion 1.x and 2.x.");
        }
    }
}
