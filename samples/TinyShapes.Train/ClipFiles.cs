using System.Text.Json;
using MaskUNet.Prompting.Clip;
using MaskUNet.Rewards.Clip;

namespace MaskUNet.Shapes.Train;

/// <summary>The <c>config.json</c> of a CLIP model, in transformers' words.</summary>
internal static class ClipFiles
{
    public static JsonSerializerOptions Indented { get; } = new() { WriteIndented = true };

    public static object Config(ClipConfig clip) => new
    {
        architectures = new[] { "CLIPModel" },
        logit_scale_init_value = clip.InitialLogitScale,
        model_type = "clip",
        projection_dim = clip.ProjectionSize,
        text_config = new
        {
            eos_token_id = clip.Text.EndId,
            hidden_act = Activation(clip.Text.Activation),
            hidden_size = clip.Text.HiddenSize,
            intermediate_size = clip.Text.IntermediateSize,
            layer_norm_eps = clip.Text.LayerNormEps,
            max_position_embeddings = clip.Text.Positions,
            num_attention_heads = clip.Text.Heads,
            num_hidden_layers = clip.Text.Layers,
            projection_dim = clip.ProjectionSize,
            vocab_size = clip.Text.VocabularySize,
        },
        vision_config = new
        {
            hidden_act = Activation(clip.Vision.Activation),
            hidden_size = clip.Vision.HiddenSize,
            image_size = clip.Vision.ImageSize,
            intermediate_size = clip.Vision.IntermediateSize,
            layer_norm_eps = clip.Vision.LayerNormEps,
            num_attention_heads = clip.Vision.Heads,
            num_hidden_layers = clip.Vision.Layers,
            patch_size = clip.Vision.PatchSize,
            projection_dim = clip.ProjectionSize,
        },
    };

    private static string Activation(ClipActivation activation) => activation == ClipActivation.QuickGelu ? "quick_gelu" : "gelu";
}
