using System.Text.Json.Nodes;
using MaskUNet.Latents;
using MaskUNet.Prompting.Clip;
using MaskUNet.Scheduling;
using MaskUNet.UNet;

namespace MaskUNet.Checkpoints;

/// <summary>The JSON files of a diffusers folder, for models that this library made.</summary>
internal static class DiffusersConfig
{
    private const string Version = "0.31.0"; // whose meaning of the keys is followed

    public static JsonObject Index(SchedulerConfig scheduler) => new()
    {
        ["_class_name"] = "StableDiffusionPipeline",
        ["_diffusers_version"] = Version,
        ["feature_extractor"] = new JsonArray(null, null),
        ["requires_safety_checker"] = false,
        ["safety_checker"] = new JsonArray(null, null),
        ["scheduler"] = new JsonArray("diffusers", scheduler.ClassName ?? "DDIMScheduler"),
        ["text_encoder"] = new JsonArray("transformers", "CLIPTextModel"),
        ["tokenizer"] = new JsonArray("transformers", "CLIPTokenizer"),
        ["unet"] = new JsonArray("diffusers", "UNet2DConditionModel"),
        ["vae"] = new JsonArray("diffusers", "AutoencoderKL"),
    };

    public static JsonObject Of(UNet2DConditionConfig config) => new()
    {
        ["_class_name"] = "UNet2DConditionModel",
        ["_diffusers_version"] = Version,
        ["act_fn"] = "silu",
        ["attention_head_dim"] = Array(config.AttentionHeads),
        ["block_out_channels"] = Array(config.BlockOutChannels),
        ["center_input_sample"] = false,
        ["cross_attention_dim"] = config.CrossAttentionDim,
        ["down_block_types"] = Array(config.DownBlockTypes),
        ["downsample_padding"] = 1,
        ["flip_sin_to_cos"] = config.FlipSinToCos,
        ["freq_shift"] = config.FreqShift,
        ["in_channels"] = config.InChannels,
        ["layers_per_block"] = config.LayersPerBlock,
        ["mid_block_scale_factor"] = 1,
        ["norm_eps"] = config.NormEps,
        ["norm_num_groups"] = config.NormNumGroups,
        ["out_channels"] = config.OutChannels,
        ["sample_size"] = config.SampleSize,
        ["up_block_types"] = Array(config.UpBlockTypes),
        ["upcast_attention"] = config.UpcastAttention,
        ["use_linear_projection"] = config.UseLinearProjection,
    };

    public static JsonObject Of(AutoencoderKLConfig config) => new()
    {
        ["_class_name"] = "AutoencoderKL",
        ["_diffusers_version"] = Version,
        ["act_fn"] = config.ActFn,
        ["block_out_channels"] = Array(config.BlockOutChannels),
        ["down_block_types"] = Array(config.DownBlockTypes),
        ["force_upcast"] = config.ForceUpcast,
        ["in_channels"] = config.InChannels,
        ["latent_channels"] = config.LatentChannels,
        ["layers_per_block"] = config.LayersPerBlock,
        ["mid_block_add_attention"] = config.MidBlockAddAttention,
        ["norm_num_groups"] = config.NormNumGroups,
        ["out_channels"] = config.OutChannels,
        ["scaling_factor"] = config.ScalingFactor,
        ["shift_factor"] = config.ShiftFactor,
        ["up_block_types"] = Array(config.UpBlockTypes),
        ["use_post_quant_conv"] = config.UsePostQuantConv,
        ["use_quant_conv"] = config.UseQuantConv,
    };

    public static JsonObject Of(ClipTextConfig config) => new()
    {
        ["architectures"] = new JsonArray("CLIPTextModel"),
        ["bos_token_id"] = config.EndId - 1,
        ["eos_token_id"] = config.EndId,
        ["hidden_act"] = config.Activation == ClipActivation.QuickGelu ? "quick_gelu" : "gelu",
        ["hidden_size"] = config.HiddenSize,
        ["intermediate_size"] = config.IntermediateSize,
        ["layer_norm_eps"] = config.LayerNormEps,
        ["max_position_embeddings"] = config.Positions,
        ["model_type"] = "clip_text_model",
        ["num_attention_heads"] = config.Heads,
        ["num_hidden_layers"] = config.Layers,
        ["pad_token_id"] = config.EndId,
        ["projection_dim"] = config.ProjectionSize,
        ["vocab_size"] = config.VocabularySize,
    };

    private static JsonArray Array<T>(IEnumerable<T> values) => [.. values.Select(value => JsonValue.Create(value))];
}
