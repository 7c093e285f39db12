using System.Text.Json.Nodes;
using MaskUNet.Checkpoints;
using MaskUNet.Rewards.Bert;

namespace MaskUNet.Rewards.Blip;

/// <summary>The sizes of an ImageReward model; the defaults are version 1.0's.</summary>
public sealed record ImageRewardConfig
{
    /// <summary>The vision transformer.</summary>
    public BlipVisionConfig Vision { get; init; } = new();

    /// <summary>The text model.</summary>
    public BertConfig Text { get; init; } = new();

    /// <summary>Reads a <c>med_config.json</c>.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="CheckpointException">The file is missing, damaged or of another model; the message names it.</exception>
    public static ImageRewardConfig Load(string path) => JsonFile.Read(path, Parse);

    /// <summary>
    /// Reads the content of a <c>med_config.json</c>, which describes the text model; the vision transformer is version 1.0's, unless the
    /// object <c>vision</c> says otherwise (<c>embed_dim</c>, <c>depth</c>, <c>num_heads</c>, <c>image_size</c>, <c>patch_size</c>).
    /// </summary>
    /// <param name="config">The JSON object.</param>
    /// <param name="source">What messages call it.</param>
    /// <exception cref="CheckpointException">A value makes no sense; the message names it.</exception>
    public static ImageRewardConfig Parse(JsonObject config, string source = "ImageReward's med_config")
    {
        ArgumentNullException.ThrowIfNull(config);
        return new ImageRewardConfig
        {
            Text = BertConfig.Parse(config, source),
            Vision = config["vision"] is JsonObject vision ? BlipVisionConfig.Parse(vision, new BlipVisionConfig(), $"vision of {source}") : new BlipVisionConfig(),
        };
    }

    /// <summary>The content of a <c>med_config.json</c> that <see cref="Parse"/> reads.</summary>
    public JsonObject ToJson() => new()
    {
        ["hidden_act"] = "gelu",
        ["hidden_size"] = Text.HiddenSize,
        ["intermediate_size"] = Text.IntermediateSize,
        ["layer_norm_eps"] = Text.LayerNormEps,
        ["max_position_embeddings"] = Text.Positions,
        ["model_type"] = "bert",
        ["num_attention_heads"] = Text.Heads,
        ["num_hidden_layers"] = Text.Layers,
        ["vocab_size"] = Text.VocabularySize,
        ["encoder_width"] = Vision.HiddenSize,
        ["add_cross_attention"] = true,
        ["vision"] = new JsonObject
        {
            ["embed_dim"] = Vision.HiddenSize,
            ["depth"] = Vision.Layers,
            ["num_heads"] = Vision.Heads,
            ["image_size"] = Vision.ImageSize,
            ["patch_size"] = Vision.PatchSize,
            ["layer_norm_eps"] = Vision.LayerNormEps,
        },
    };

    /// <summary>Checks every value, so that a model can be built.</summary>
    internal void Validate(string source)
    {
        Text.Validate($"The text model of {source}");
        Vision.Validate($"The vision model of {source}");
    }
}
