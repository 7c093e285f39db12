using System.Text.Json.Nodes;
using MaskUNet.Checkpoints;

namespace MaskUNet.Latents;

/// <summary>
/// The architecture of an <see cref="AutoencoderKL"/>: the <c>vae/config.json</c> of a diffusers folder. What the file leaves out has
/// diffusers' default. Immutable.
/// </summary>
public sealed record AutoencoderKLConfig
{
    /// <summary>The autoencoder of Stable Diffusion 1.x and 2.x: 83,653,863 parameters.</summary>
    public static AutoencoderKLConfig StableDiffusion { get; } = new()
    {
        DownBlockTypes = ["DownEncoderBlock2D", "DownEncoderBlock2D", "DownEncoderBlock2D", "DownEncoderBlock2D"],
        UpBlockTypes = ["UpDecoderBlock2D", "UpDecoderBlock2D", "UpDecoderBlock2D", "UpDecoderBlock2D"],
        BlockOutChannels = [128, 256, 512, 512],
        LayersPerBlock = 2,
    };

    /// <summary>Channels of the pictures that are encoded; 3 by default.</summary>
    public int InChannels { get; init; } = 3;

    /// <summary>Channels of the decoded pictures; 3 by default.</summary>
    public int OutChannels { get; init; } = 3;

    /// <summary>The encoder's blocks; only <c>DownEncoderBlock2D</c>.</summary>
    public IReadOnlyList<string> DownBlockTypes { get; init; } = ["DownEncoderBlock2D"];

    /// <summary>The decoder's blocks; only <c>UpDecoderBlock2D</c>.</summary>
    public IReadOnlyList<string> UpBlockTypes { get; init; } = ["UpDecoderBlock2D"];

    /// <summary>Channels of the encoder's blocks from the picture inwards; the decoder has them reversed.</summary>
    public IReadOnlyList<int> BlockOutChannels { get; init; } = [64];

    /// <summary>Residual blocks of an encoder block; a decoder block has one more. 1 by default.</summary>
    public int LayersPerBlock { get; init; } = 1;

    /// <summary>The activation; only <c>silu</c> (also written <c>swish</c>).</summary>
    public string ActFn { get; init; } = "silu";

    /// <summary>Channels of the latents; 4 by default.</summary>
    public int LatentChannels { get; init; } = 4;

    /// <summary>Groups of every normalisation; 32 by default. It divides all of <see cref="BlockOutChannels"/>.</summary>
    public int NormNumGroups { get; init; } = 32;

    /// <summary>What latents are multiplied by after encoding; 0.18215 by default.</summary>
    public double ScalingFactor { get; init; } = 0.18215;

    /// <summary>What is subtracted from latents before scaling; only null or 0 are supported, as in Stable Diffusion 1.x, 2.x and XL.</summary>
    public double? ShiftFactor { get; init; }

    /// <summary>Whether half precision may overflow and float32 should be used; true by default.</summary>
    public bool ForceUpcast { get; init; } = true;

    /// <summary>Whether a 1x1 convolution follows the encoder; true by default.</summary>
    public bool UseQuantConv { get; init; } = true;

    /// <summary>Whether a 1x1 convolution precedes the decoder; true by default.</summary>
    public bool UsePostQuantConv { get; init; } = true;

    /// <summary>Whether the middle blocks attend; true by default.</summary>
    public bool MidBlockAddAttention { get; init; } = true;

    /// <summary>How many pixels a latent covers in each direction: 8 for four blocks.</summary>
    internal int DownscaleFactor => 1 << (BlockOutChannels.Count - 1);

    /// <summary>Reads a <c>config.json</c>.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="CheckpointException">The file cannot be read, is no JSON, or describes an autoencoder that is not supported.</exception>
    public static AutoencoderKLConfig Load(string path) => JsonFile.Read(path, Parse);

    /// <summary>Reads the content of a <c>config.json</c>; absent values are diffusers' defaults.</summary>
    /// <param name="json">The content of <c>vae/config.json</c>. Keys that this record does not know are ignored.</param>
    /// <param name="source">What messages call it.</param>
    /// <exception cref="CheckpointException">A value is of the wrong kind, or asks for something that this autoencoder does not have.</exception>
    public static AutoencoderKLConfig Parse(JsonObject json, string source = "The autoencoder's config")
    {
        ArgumentNullException.ThrowIfNull(json);
        var read = new ConfigReader(json, source);
        var defaults = new AutoencoderKLConfig();
        var config = new AutoencoderKLConfig
        {
            InChannels = read.Integer("in_channels", defaults.InChannels),
            OutChannels = read.Integer("out_channels", defaults.OutChannels),
            DownBlockTypes = read.Texts("down_block_types", defaults.DownBlockTypes),
            UpBlockTypes = read.Texts("up_block_types", defaults.UpBlockTypes),
            BlockOutChannels = read.Integers("block_out_channels", defaults.BlockOutChannels),
            LayersPerBlock = read.Integer("layers_per_block", defaults.LayersPerBlock),
            ActFn = read.Text("act_fn", defaults.ActFn),
            LatentChannels = read.Integer("latent_channels", defaults.LatentChannels),
            NormNumGroups = read.Integer("norm_num_groups", defaults.NormNumGroups),
            ScalingFactor = read.Number("scaling_factor", defaults.ScalingFactor),
            ShiftFactor = read.Number("shift_factor", 0),
            ForceUpcast = read.Flag("force_upcast", defaults.ForceUpcast),
            UseQuantConv = read.Flag("use_quant_conv", defaults.UseQuantConv),
            UsePostQuantConv = read.Flag("use_post_quant_conv", defaults.UsePostQuantConv),
            MidBlockAddAttention = read.Flag("mid_block_add_attention", defaults.MidBlockAddAttention),
        };
        config.Validate(source);
        return config;
    }

    /// <summary>Checks every value, so that a model can be built.</summary>
    /// <exception cref="CheckpointException">The message names the keys and the values.</exception>
    internal void Validate(string source)
    {
        var problems = new ConfigProblems();
        problems.Range("in_channels", InChannels, ConfigProblems.MostChannels);
        problems.Range("out_channels", OutChannels, ConfigProblems.MostChannels);
        problems.Range("latent_channels", LatentChannels, ConfigProblems.MostChannels);
        problems.Range("layers_per_block", LayersPerBlock, ConfigProblems.MostLayers);
        problems.Range("norm_num_groups", NormNumGroups, ConfigProblems.MostChannels);
        problems.Range("the number of block_out_channels", BlockOutChannels.Count, ConfigProblems.MostBlocks);
        problems.Types("down_block_types", DownBlockTypes, BlockOutChannels.Count, "DownEncoderBlock2D");
        problems.Types("up_block_types", UpBlockTypes, BlockOutChannels.Count, "UpDecoderBlock2D");
        foreach (var channels in BlockOutChannels)
        {
            problems.Range("block_out_channels", channels, ConfigProblems.MostChannels);
            problems.Require(
                NormNumGroups < 1 || channels % NormNumGroups == 0,
                $"block_out_channels {channels} is not a multiple of norm_num_groups {NormNumGroups}");
        }

        problems.Require(ActFn is "silu" or "swish", $"act_fn is '{ActFn}'; only silu is supported");
        problems.Require(double.IsFinite(ScalingFactor) && ScalingFactor > 0, $"scaling_factor is {ScalingFactor}; it must be above 0");
        problems.Require(ShiftFactor is null or 0, $"shift_factor is {ShiftFactor}; autoencoders with a shift are not supported");
        problems.Refuse(source, "an autoencoder");
    }
}
