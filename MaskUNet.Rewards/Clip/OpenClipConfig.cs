using System.Text.Json.Nodes;
using MaskUNet.Checkpoints;
using MaskUNet.Prompting.Clip;

namespace MaskUNet.Rewards.Clip;

/// <summary>Reads open_clip's description of a model: <c>open_clip_config.json</c>, or one of its own model files (<c>ViT-H-14.json</c>).</summary>
internal static class OpenClipConfig
{
    private const int DefaultHeadWidth = 64;

    /// <summary>The model's part of the file, or null where the file is none of open_clip's.</summary>
    public static JsonObject? Find(JsonObject config) => (config["model_cfg"] ?? config) is JsonObject model && model.ContainsKey("vision_cfg") ? model : null;

    /// <summary>Reads the model's part; absent values are open_clip's defaults.</summary>
    /// <exception cref="CheckpointException">A value is of another kind of model; the message names it.</exception>
    public static ClipConfig Parse(JsonObject model, string source)
    {
        var read = new ConfigReader(model, source);
        read.RequireOff("custom_text", "multimodal_cfg");
        var activation = read.Flag("quick_gelu", false) ? ClipActivation.QuickGelu : ClipActivation.Gelu;
        var defaults = new ClipConfig();
        return new ClipConfig
        {
            Text = Text(Tower(model, "text_cfg", source), activation),
            Vision = Vision(Tower(model, "vision_cfg", source), activation),
            ProjectionSize = read.Integer("embed_dim", defaults.ProjectionSize),
        };
    }

    private static ClipTextConfig Text(ConfigReader read, ClipActivation activation)
    {
        read.RequireOff("hf_model_name", "ls_init_value", "embed_cls", "no_causal_mask", "final_ln_after_pool", "proj_bias");
        read.Require("pool_type", "argmax");
        read.Require("proj_type", "linear");
        var defaults = new ClipTextConfig();
        var width = read.Integer("width", defaults.HiddenSize);
        return new ClipTextConfig
        {
            HiddenSize = width,
            IntermediateSize = MlpWidth(read, width),
            Layers = read.Integer("layers", defaults.Layers),
            Heads = read.Integer("heads", defaults.Heads),
            Activation = activation,
            VocabularySize = read.Integer("vocab_size", defaults.VocabularySize),
            Positions = read.Integer("context_length", defaults.Positions),
            EndId = ClipTextConfig.LargestId,
        };
    }

    private static ClipVisionConfig Vision(ConfigReader read, ClipActivation activation)
    {
        read.RequireOff("timm_model_name", "ls_init_value", "attentional_pool", "no_ln_pre", "final_ln_after_pool", "global_average_pool");
        read.Require("pos_embed_type", "learnable");
        read.Require("pool_type", "tok");
        var defaults = new ClipVisionConfig { PatchSize = 16 };
        var width = read.Integer("width", defaults.HiddenSize);
        return new ClipVisionConfig
        {
            HiddenSize = width,
            IntermediateSize = MlpWidth(read, width),
            Layers = read.Integer("layers", defaults.Layers),
            Heads = width / Math.Max(1, read.Integer("head_width", DefaultHeadWidth)),
            Activation = activation,
            ImageSize = read.Integer("image_size", defaults.ImageSize),
            PatchSize = read.Integer("patch_size", defaults.PatchSize),
        };
    }

    private static int MlpWidth(ConfigReader read, int width) => (int)(width * read.Number("mlp_ratio", 4));

    private static ConfigReader Tower(JsonObject model, string key, string source) => model[key] is JsonObject tower
        ? new ConfigReader(tower, $"{key} of {source}")
        : throw new CheckpointException($"{source} has no {key}, so it is not of a CLIP model with two towers: give open_clip's configuration of one.");
}
