using System.Text.Json.Nodes;
using MaskUNet.Checkpoints;
using MaskUNet.Prompting.Clip;

namespace MaskUNet.Rewards.Clip;

/// <summary>The sizes of a CLIP model, as <c>config.json</c> of transformers' <c>CLIPModel</c> gives them; its defaults are CLIP ViT-B/32's.</summary>
public sealed record ClipConfig
{
    /// <summary>The text tower.</summary>
    public ClipTextConfig Text { get; init; } = new();

    /// <summary>The vision tower.</summary>
    public ClipVisionConfig Vision { get; init; } = new();

    /// <summary>P, the width of the space that texts and pictures share. The text tower's own <see cref="ClipTextConfig.ProjectionSize"/> does not count.</summary>
    public int ProjectionSize { get; init; } = 512;

    /// <summary>The natural logarithm of the factor on cosines that training starts with; a trained model has its own.</summary>
    public double InitialLogitScale { get; init; } = 2.6592;

    /// <summary>Reads a <c>config.json</c>, or open_clip's description of a model.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="CheckpointException">The file is missing, damaged or of another model; the message names it.</exception>
    public static ClipConfig Load(string path) => JsonFile.Read(path, Parse);

    /// <summary>
    /// Reads the content of a <c>config.json</c>, or of an <c>open_clip_config.json</c>; absent values within the towers are the defaults of
    /// transformers and open_clip.
    /// </summary>
    /// <param name="config">The JSON object.</param>
    /// <param name="source">What messages call it.</param>
    /// <exception cref="CheckpointException">A tower is absent, or a value makes no sense; the message names it.</exception>
    public static ClipConfig Parse(JsonObject config, string source = "The CLIP model's config")
    {
        ArgumentNullException.ThrowIfNull(config);
        var parsed = OpenClipConfig.Find(config) is { } model ? OpenClipConfig.Parse(model, source) : ParseTransformers(config, source);
        parsed.Validate(source);
        return parsed;
    }

    /// <summary>Checks every value, so that a model can be built.</summary>
    /// <exception cref="CheckpointException">The message names the keys and the values.</exception>
    internal void Validate(string source)
    {
        Text.Validate($"text_config of {source}");
        Vision.Validate($"vision_config of {source}");
        var problems = new ConfigProblems();
        problems.Range("projection_dim", ProjectionSize, ConfigProblems.MostChannels);
        problems.Require(double.IsFinite(InitialLogitScale), $"logit_scale_init_value is {InitialLogitScale}; it must be finite");
        problems.Refuse(source, "a CLIP model");
    }

    private static ClipConfig ParseTransformers(JsonObject config, string source)
    {
        var read = new ConfigReader(config, source);
        var defaults = new ClipConfig();
        return new ClipConfig
        {
            Text = ClipTextConfig.Parse(Tower(config, "text_config", source), $"text_config of {source}"),
            Vision = ClipVisionConfig.Parse(Tower(config, "vision_config", source), $"vision_config of {source}"),
            ProjectionSize = read.Integer("projection_dim", defaults.ProjectionSize),
            InitialLogitScale = read.Number("logit_scale_init_value", defaults.InitialLogitScale),
        };
    }

    // Older files also hold the towers under a second name, which then counts.
    private static JsonObject Tower(JsonObject config, string key, string source) =>
        (config[$"{key}_dict"] ?? config[key]) as JsonObject
        ?? throw new CheckpointException($"{source} has no {key}, so it is not of a CLIP model with two towers: give the config.json of a CLIPModel.");
}
