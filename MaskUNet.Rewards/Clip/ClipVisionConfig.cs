using System.Text.Json.Nodes;
using MaskUNet.Checkpoints;
using MaskUNet.Prompting.Clip;

namespace MaskUNet.Rewards.Clip;

/// <summary>The sizes of a CLIP vision transformer, as transformers' <c>CLIPVisionConfig</c> has them; its defaults are CLIP ViT-B/32's.</summary>
public sealed record ClipVisionConfig
{
    private const int Channels = 3;
    private const int MostPixels = 1 << 13; // on a side; more makes a position table beyond any memory

    /// <summary>The width of the transformer.</summary>
    public int HiddenSize { get; init; } = 768;

    /// <summary>The width inside the MLP.</summary>
    public int IntermediateSize { get; init; } = 3072;

    /// <summary>The number of layers.</summary>
    public int Layers { get; init; } = 12;

    /// <summary>The number of attention heads; it divides <see cref="HiddenSize"/>.</summary>
    public int Heads { get; init; } = 12;

    /// <summary>The MLP's activation.</summary>
    public ClipActivation Activation { get; init; } = ClipActivation.QuickGelu;

    /// <summary>The epsilon of every layer normalisation.</summary>
    public double LayerNormEps { get; init; } = 1e-5;

    /// <summary>Height and width of the pictures, in pixels.</summary>
    public int ImageSize { get; init; } = 224;

    /// <summary>Height and width of a patch, in pixels; at most <see cref="ImageSize"/>. Pixels beyond the last whole patch are not seen.</summary>
    public int PatchSize { get; init; } = 32;

    /// <summary>The number of positions: one for the class, one for each patch.</summary>
    internal int Positions => 1 + (ImageSize / PatchSize * (ImageSize / PatchSize));

    internal ClipTransformerShape Shape => new(HiddenSize, IntermediateSize, Layers, Heads, Activation, LayerNormEps, Causal: false);

    /// <summary>Reads the <c>vision_config</c> of a <c>config.json</c>; absent values are transformers' defaults.</summary>
    /// <param name="config">The JSON object.</param>
    /// <param name="source">What messages call it.</param>
    /// <exception cref="CheckpointException">A value makes no sense; the message names it.</exception>
    public static ClipVisionConfig Parse(JsonObject config, string source = "The vision model's config")
    {
        ArgumentNullException.ThrowIfNull(config);
        var read = new ConfigReader(config, source);
        read.RequireNumber("num_channels", Channels);
        var defaults = new ClipVisionConfig();
        var parsed = new ClipVisionConfig
        {
            HiddenSize = read.Integer("hidden_size", defaults.HiddenSize),
            IntermediateSize = read.Integer("intermediate_size", defaults.IntermediateSize),
            Layers = read.Integer("num_hidden_layers", defaults.Layers),
            Heads = read.Integer("num_attention_heads", defaults.Heads),
            Activation = ClipActivations.Read(read),
            LayerNormEps = read.Number("layer_norm_eps", defaults.LayerNormEps),
            ImageSize = read.Integer("image_size", defaults.ImageSize),
            PatchSize = read.Integer("patch_size", defaults.PatchSize),
        };
        parsed.Validate(source);
        return parsed;
    }

    /// <summary>Checks every value, so that a model can be built.</summary>
    /// <exception cref="CheckpointException">The message names the keys and the values.</exception>
    internal void Validate(string source)
    {
        var problems = new ConfigProblems();
        problems.Range("hidden_size", HiddenSize, ConfigProblems.MostChannels);
        problems.Range("intermediate_size", IntermediateSize, ConfigProblems.MostChannels);
        problems.Range("num_hidden_layers", Layers, ConfigProblems.MostLayers);
        problems.Range("num_attention_heads", Heads, ConfigProblems.MostChannels);
        problems.Range("image_size", ImageSize, MostPixels);
        problems.Range("patch_size", PatchSize, MostPixels);
        problems.Divides("num_attention_heads", Heads, "hidden_size", HiddenSize);
        problems.Require(PatchSize <= ImageSize, $"patch_size is {PatchSize}, above image_size {ImageSize}");
        problems.Epsilon("layer_norm_eps", LayerNormEps);
        problems.Refuse(source, "a vision model");
    }
}
