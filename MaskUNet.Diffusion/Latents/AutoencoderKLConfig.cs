using System.Text.Json;

namespace MaskUNet.Latents;

/// <summary>
/// The architecture of an <see cref="AutoencoderKL"/>: the <c>vae/config.json</c> of a diffusers folder. What the file leaves out has
/// diffusers' default. Immutable.
/// </summary>
public sealed record AutoencoderKLConfig
{
    private const int MostChannels = 1 << 16;
    private const int MostBlocks = 10;
    private const int MostLayers = 64;

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        RespectNullableAnnotations = true,
    };

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
    public static AutoencoderKLConfig Load(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        try
        {
            return Parse(File.ReadAllText(path), path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CheckpointException($"The autoencoder's configuration {path} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Reads the text of a <c>config.json</c>.</summary>
    /// <param name="json">The text. Keys that this record does not know are ignored.</param>
    /// <param name="source">What messages call it.</param>
    /// <exception cref="CheckpointException">The text is no JSON, or describes an autoencoder that is not supported.</exception>
    public static AutoencoderKLConfig Parse(string json, string source = "config.json")
    {
        ArgumentNullException.ThrowIfNull(json);
        try
        {
            var config = JsonSerializer.Deserialize<AutoencoderKLConfig>(json, Json)
                ?? throw new CheckpointException($"{source} is null; an object with the autoencoder's configuration was expected.");
            config.Validate(source);
            return config;
        }
        catch (JsonException e)
        {
            throw new CheckpointException($"{source} is not a valid autoencoder configuration: {e.Message}", e);
        }
    }

    /// <summary>Checks every value, so that a model can be built.</summary>
    /// <exception cref="CheckpointException">The message names the key and the value.</exception>
    internal void Validate(string source)
    {
        string[] problems =
        [
            .. Range("in_channels", InChannels, MostChannels),
            .. Range("out_channels", OutChannels, MostChannels),
            .. Range("latent_channels", LatentChannels, MostChannels),
            .. Range("layers_per_block", LayersPerBlock, MostLayers),
            .. Range("norm_num_groups", NormNumGroups, MostChannels),
            .. Range("the number of block_out_channels", BlockOutChannels.Count, MostBlocks),
            .. BlockOutChannels.SelectMany(channels => Range("block_out_channels", channels, MostChannels)),
            .. BlockOutChannels
                .Where(channels => NormNumGroups > 0 && channels % NormNumGroups != 0)
                .Select(channels => $"block_out_channels {channels} is not a multiple of norm_num_groups {NormNumGroups}"),
            .. Types("down_block_types", DownBlockTypes, "DownEncoderBlock2D"),
            .. Types("up_block_types", UpBlockTypes, "UpDecoderBlock2D"),
            .. ActFn is "silu" or "swish" ? [] : Problem($"act_fn is '{ActFn}'; only silu is supported"),
            .. double.IsFinite(ScalingFactor) && ScalingFactor > 0 ? [] : Problem($"scaling_factor is {ScalingFactor}; it must be above 0"),
            .. ShiftFactor is null or 0 ? [] : Problem($"shift_factor is {ShiftFactor}; autoencoders with a shift are not supported"),
        ];
        if (problems.Length > 0)
        {
            throw new CheckpointException($"{source} describes an autoencoder that cannot be built: {string.Join("; ", problems)}.");
        }
    }

    private static string[] Problem(FormattableString text) => [FormattableString.Invariant(text)];

    private static string[] Range(string key, int value, int most) =>
        value >= 1 && value <= most ? [] : Problem($"{key} is {value}; it must be 1 to {most}");

    private IEnumerable<string> Types(string key, IReadOnlyList<string> types, string known)
    {
        if (types.Count != BlockOutChannels.Count)
        {
            yield return $"{key} has {types.Count} entries and block_out_channels {BlockOutChannels.Count}";
        }

        foreach (var type in types.Where(type => type != known))
        {
            yield return $"{key} holds '{type}'; only {known} is supported";
        }
    }
}
