using System.Text.Json.Nodes;
using MaskUNet.Checkpoints;
using MaskUNet.Rewards.Bert;

namespace MaskUNet.Rewards.Blip;

/// <summary>The sizes of a BLIP model for questions about pictures; the defaults are <c>model_base_vqa_capfilt_large.pth</c>'s.</summary>
public sealed record BlipVqaConfig
{
    /// <summary>The vision transformer, ViT-B/16 at 480 pixels.</summary>
    public BlipVisionConfig Vision { get; init; } = new() { HiddenSize = 768, Layers = 12, Heads = 12, ImageSize = 480 };

    /// <summary>The model that reads the question, and the one that answers.</summary>
    public BertConfig Text { get; init; } = new();

    /// <summary>Reads a <c>config.json</c> of transformers' <c>BlipForQuestionAnswering</c>, or BLIP's <c>med_config.json</c>.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="CheckpointException">The file is missing, damaged or of another model; the message names it.</exception>
    public static BlipVqaConfig Load(string path) => JsonFile.Read(path, Parse);

    /// <summary>
    /// Reads the content of a <c>config.json</c> of transformers' <c>BlipForQuestionAnswering</c>, whose absent values are transformers'
    /// defaults; or of a <c>med_config.json</c>, which describes the text models, and in the object <c>vision</c> perhaps the vision transformer.
    /// </summary>
    /// <param name="config">The JSON object.</param>
    /// <param name="source">What messages call it.</param>
    /// <exception cref="CheckpointException">A value makes no sense; the message names it.</exception>
    public static BlipVqaConfig Parse(JsonObject config, string source = "BLIP's config")
    {
        ArgumentNullException.ThrowIfNull(config);
        var published = new BlipVqaConfig();
        if (config["text_config"] is JsonObject text && config["vision_config"] is JsonObject vision)
        {
            return new BlipVqaConfig
            {
                Text = BertConfig.Parse(text, $"text_config of {source}"),
                Vision = BlipVisionConfig.ParseTransformers(
                    vision, published.Vision with { ImageSize = 384, LayerNormEps = 1e-5 }, $"vision_config of {source}"),
            };
        }

        return new BlipVqaConfig
        {
            Text = BertConfig.Parse(config, source),
            Vision = config["vision"] is JsonObject own ? BlipVisionConfig.Parse(own, published.Vision, $"vision of {source}") : published.Vision,
        };
    }

    /// <summary>Checks every value, so that a model can be built.</summary>
    internal void Validate(string source)
    {
        Text.Validate($"The text model of {source}");
        Vision.Validate($"The vision model of {source}");
    }
}
