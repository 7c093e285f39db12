using System.Text.Json.Nodes;
using MaskUNet.Checkpoints;

namespace MaskUNet.UNet;

/// <summary>
/// The sizes of a conditional U-Net, with the names of a diffusers <c>unet/config.json</c>. Defaults are those of diffusers, which that
/// file leaves out.
/// </summary>
public sealed record UNet2DConditionConfig
{
    private const int MostSampleSize = 1 << 12;

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
    public static UNet2DConditionConfig Load(string path) => JsonFile.Read(path, Parse);

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
        read.RequireNumber("downsample_padding", 1);
        read.RequireNumber("mid_block_scale_factor", 1);
        read.RequireNumber("resnet_out_scale_factor", 1);
        read.RequireNumber("conv_in_kernel", 3);
        read.RequireNumber("conv_out_kernel", 3);
        read.RequireNumber("transformer_layers_per_block", 1);
        read.RequireOff("time_embedding_act_fn", "timestep_post_act", "time_embedding_dim", "cross_attention_norm", "resnet_skip_time_act");
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

    /// <summary>Checks every value, so that a model can be built.</summary>
    /// <exception cref="CheckpointException">The message names the keys and the values.</exception>
    internal void Validate(string source)
    {
        var problems = new ConfigProblems();
        problems.Range("sample_size", SampleSize, MostSampleSize);
        problems.Range("in_channels", InChannels, ConfigProblems.MostChannels);
        problems.Range("out_channels", OutChannels, ConfigProblems.MostChannels);
        problems.Range("layers_per_block", LayersPerBlock, ConfigProblems.MostLayers);
        problems.Range("norm_num_groups", NormNumGroups, ConfigProblems.MostChannels);
        problems.Range("cross_attention_dim", CrossAttentionDim, ConfigProblems.MostChannels);
        problems.Range("the number of block_out_channels", BlockOutChannels.Count, ConfigProblems.MostBlocks);
        problems.Epsilon("norm_eps", NormEps);
        problems.Types("down_block_types", DownBlockTypes, BlockOutChannels.Count, "CrossAttnDownBlock2D", "DownBlock2D");
        problems.Types("up_block_types", UpBlockTypes, BlockOutChannels.Count, "CrossAttnUpBlock2D", "UpBlock2D");
        problems.Require(
            AttentionHeads.Count == BlockOutChannels.Count,
            $"attention_head_dim has {AttentionHeads.Count} entries and block_out_channels {BlockOutChannels.Count}");
        foreach (var channels in BlockOutChannels)
        {
            problems.Range("block_out_channels", channels, ConfigProblems.MostChannels);
            problems.Require(
                NormNumGroups < 1 || channels % NormNumGroups == 0,
                $"block_out_channels {channels} is not a multiple of norm_num_groups {NormNumGroups}");
        }

        foreach (var (heads, channels) in AttentionHeads.Zip(BlockOutChannels))
        {
            problems.Range("attention_head_dim", heads, ConfigProblems.MostChannels);
            problems.Require(
                heads < 1 || channels % heads == 0, $"block_out_channels {channels} is not a multiple of attention_head_dim {heads}");
        }

        // Half of the first resolution's channels are sines and half cosines, of frequencies that count down from there.
        var first = BlockOutChannels.Count > 0 ? BlockOutChannels[0] : 0;
        problems.Require(first % 2 == 0, $"the first of block_out_channels is {first}; it must be even");
        problems.Require(FreqShift >= 0 && FreqShift < Math.Max(1, first / 2), $"freq_shift is {FreqShift}; it must be 0 to below half of the first of block_out_channels");
        problems.Refuse(source, "a U-Net");
    }
}
