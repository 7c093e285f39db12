using System.Text.Json.Nodes;
using MaskUNet.Checkpoints;
using MaskUNet.Prompting.Clip;

namespace MaskUNet.Rewards.Blip;

/// <summary>The sizes of BLIP's vision transformer; the defaults are ImageReward's, ViT-L/16.</summary>
public sealed record BlipVisionConfig
{
    private const int MlpRatio = 4;
    private const int MostPixels = 1 << 13; // on a side; more makes a position table beyond any memory

    /// <summary>The width of the transformer; its MLP is four times as wide.</summary>
    public int HiddenSize { get; init; } = 1024;

    /// <summary>The number of layers.</summary>
    public int Layers { get; init; } = 24;

    /// <summary>The number of attention heads; it divides <see cref="HiddenSize"/>.</summary>
    public int Heads { get; init; } = 16;

    /// <summary>Height and width of the pictures, in pixels; a multiple of <see cref="PatchSize"/>.</summary>
    public int ImageSize { get; init; } = 224;

    /// <summary>Height and width of a patch, in pixels.</summary>
    public int PatchSize { get; init; } = 16;

    /// <summary>The epsilon of every layer normalisation.</summary>
    public double LayerNormEps { get; init; } = 1e-6;

    /// <summary>The number of positions: one for the whole, one for each patch.</summary>
    internal int Positions => 1 + (ImageSize / PatchSize * (ImageSize / PatchSize));

    internal ClipTransformerShape Shape => new(HiddenSize, MlpRatio * HiddenSize, Layers, Heads, ClipActivation.Gelu, LayerNormEps, Causal: false);

    /// <summary>Reads sizes under the names that BLIP's own code gives them: <c>embed_dim</c>, <c>depth</c>, <c>num_heads</c>, <c>image_size</c>, <c>patch_size</c>.</summary>
    /// <param name="config">The JSON object.</param>
    /// <param name="defaults">What absent values are.</param>
    /// <param name="source">What messages call it.</param>
    internal static BlipVisionConfig Parse(JsonObject config, BlipVisionConfig defaults, string source) => Parse(config, defaults, source, "embed_dim", "depth", "num_heads");

    /// <summary>Reads sizes under the names of transformers' <c>BlipVisionConfig</c>.</summary>
    internal static BlipVisionConfig ParseTransformers(JsonObject config, BlipVisionConfig defaults, string source)
    {
        var parsed = Parse(config, defaults, source, "hidden_size", "num_hidden_layers", "num_attention_heads");
        new ConfigReader(config, source).RequireNumber("intermediate_size", MlpRatio * parsed.HiddenSize);
        return parsed;
    }

    /// <summary>Checks every value, so that a model can be built.</summary>
    /// <exception cref="CheckpointException">The message names the keys and the values.</exception>
    internal void Validate(string source)
    {
        var problems = new ConfigProblems();
        problems.Range("width", HiddenSize, ConfigProblems.MostChannels / MlpRatio);
        problems.Range("layers", Layers, ConfigProblems.MostLayers);
        problems.Range("heads", Heads, ConfigProblems.MostChannels);
        problems.Range("image_size", ImageSize, MostPixels);
        problems.Range("patch_size", PatchSize, MostPixels);
        problems.Epsilon("layer_norm_eps", LayerNormEps);
        problems.Require(Heads < 1 || HiddenSize % Heads == 0, $"there are {Heads} heads, which does not divide the width {HiddenSize}");
        problems.Divides("patch_size", PatchSize, "image_size", ImageSize);
        problems.Refuse(source, "a vision transformer");
    }

    private static BlipVisionConfig Parse(JsonObject config, BlipVisionConfig defaults, string source, string width, string layers, string heads)
    {
        var read = new ConfigReader(config, source);
        read.Require("hidden_act", "gelu");
        var parsed = new BlipVisionConfig
        {
            HiddenSize = read.Integer(width, defaults.HiddenSize),
            Layers = read.Integer(layers, defaults.Layers),
            Heads = read.Integer(heads, defaults.Heads),
            ImageSize = read.Integer("image_size", defaults.ImageSize),
            PatchSize = read.Integer("patch_size", defaults.PatchSize),
            LayerNormEps = read.Number("layer_norm_eps", defaults.LayerNormEps),
        };
        parsed.Validate(source);
        return parsed;
    }
}
