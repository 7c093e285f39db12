namespace MaskUNet.Checkpoints;

/// <summary>Recognises a model by its keys and shapes, before anything of it is built.</summary>
internal static class CheckpointContent
{
    private const int AestheticTensors = 10;
    private const int WidthOfText1 = 768, WidthOfText2 = 1024, WidthOfTextXL = 2048;

    /// <summary>What the tensors are.</summary>
    public static CheckpointKind KindOf(IReadOnlyDictionary<string, TensorEntry> entries)
    {
        ArgumentNullException.ThrowIfNull(entries);
        return 0 switch
        {
            _ when Contains("lora_down.") || Contains("lora_up.") || Contains(".lora.down.") || Contains(".lora_A.") || Contains("lora_linear_layer.") || Contains("_lora.down.")
                => CheckpointKind.Lora,
            _ when Starts("control_model.") || Starts("controlnet_") => CheckpointKind.ControlNet,
            _ when Contains("double_blocks.") || Contains("joint_blocks.") || Starts("transformer_blocks.") => CheckpointKind.DiffusionTransformer,
            _ when Starts("conditioner.embedders.") => CheckpointKind.StableDiffusionXL,
            _ when Starts("model.diffusion_model.") && Starts("cond_stage_model.transformer.") => CheckpointKind.StableDiffusion1,
            _ when Starts("model.diffusion_model.") && Starts("cond_stage_model.model.") => CheckpointKind.StableDiffusion2,
            _ when Starts("model.diffusion_model.") || Starts("input_blocks.") => CheckpointKind.LdmUNet,
            _ when Starts("first_stage_model.") || Starts("encoder.down.") || Starts("decoder.up.") => CheckpointKind.LdmAutoencoder,
            _ when Starts("down_blocks.") => UNet(entries),
            _ when Starts("encoder.down_blocks.") || Starts("decoder.up_blocks.") => CheckpointKind.Autoencoder,
            _ when Starts("blip.visual_encoder.") => CheckpointKind.ImageReward,
            _ when Starts("text_decoder.") && (Starts("visual_encoder.") || Starts("vision_model.")) => CheckpointKind.BlipVqa,
            _ when Starts("layers.0.") && Starts("layers.7.") && entries.Count == AestheticTensors => CheckpointKind.Aesthetic,
            _ when Starts("vision_model.") => CheckpointKind.Clip,
            _ when Starts("text_model.") => Text(entries),
            _ when Starts("transformer.resblocks.") || Starts("visual.") => CheckpointKind.OpenClip,
            _ when entries.Values.All(entry => entry.Shape is [WidthOfText1 or WidthOfText2] or [<= 128, WidthOfText1 or WidthOfText2]) && entries.Count is > 0 and <= 2
                => CheckpointKind.TextualInversion,
            _ => CheckpointKind.Unknown,
        };

        bool Starts(string prefix) => entries.Keys.Any(key => key.StartsWith(prefix, StringComparison.Ordinal));

        bool Contains(string part) => entries.Keys.Any(key => key.Contains(part, StringComparison.Ordinal));
    }

    /// <summary>A kind in words, with its article.</summary>
    public static string Describe(CheckpointKind kind) => kind switch
    {
        CheckpointKind.StableDiffusion1 => "a whole Stable Diffusion 1.x model in one file (LDM layout)",
        CheckpointKind.StableDiffusion2 => "a whole Stable Diffusion 2.x model in one file (LDM layout)",
        CheckpointKind.StableDiffusionXL => "a whole Stable Diffusion XL model in one file",
        CheckpointKind.LdmUNet => "a U-Net in the LDM layout, without a text encoder",
        CheckpointKind.LdmAutoencoder => "an autoencoder (VAE) in the LDM layout",
        CheckpointKind.UNet1 => "a diffusers U-Net of Stable Diffusion 1.x",
        CheckpointKind.UNet2 => "a diffusers U-Net of Stable Diffusion 2.x",
        CheckpointKind.UNetXL => "a diffusers U-Net of Stable Diffusion XL",
        CheckpointKind.UNet => "a diffusers U-Net",
        CheckpointKind.Autoencoder => "a diffusers autoencoder (VAE)",
        CheckpointKind.ClipText => "a CLIP text encoder in the layout of transformers",
        CheckpointKind.ClipText1 => "the text encoder of Stable Diffusion 1.x (CLIP ViT-L/14)",
        CheckpointKind.ClipText2 => "the text encoder of Stable Diffusion 2.x (OpenCLIP ViT-H/14)",
        CheckpointKind.ImageReward => "an ImageReward model",
        CheckpointKind.BlipVqa => "a BLIP model for questions about pictures",
        CheckpointKind.Aesthetic => "a predictor of beauty from CLIP's features (LAION's aesthetic predictor)",
        CheckpointKind.Clip => "a whole CLIP model in the layout of transformers",
        CheckpointKind.OpenClip => "a CLIP model in the layout of OpenAI and open_clip",
        CheckpointKind.DiffusionTransformer => "a diffusion transformer (such as Stable Diffusion 3 or FLUX)",
        CheckpointKind.Lora => "a LoRA, which adapts a model and is none itself",
        CheckpointKind.TextualInversion => "a textual-inversion embedding, which adds tokens to a model and is none itself",
        CheckpointKind.ControlNet => "a ControlNet, which steers a model and is none itself",
        _ => "a model of an unknown kind",
    };

    private static CheckpointKind Text(IReadOnlyDictionary<string, TensorEntry> entries) =>
        entries.GetValueOrDefault("text_model.final_layer_norm.weight")?.Shape switch
        {
            [WidthOfText1] => CheckpointKind.ClipText1,
            [WidthOfText2] => CheckpointKind.ClipText2,
            _ => CheckpointKind.ClipText,
        };

    private static CheckpointKind UNet(IReadOnlyDictionary<string, TensorEntry> entries)
    {
        var toKey = entries.Values.FirstOrDefault(entry => entry.Name.EndsWith(".attn2.to_k.weight", StringComparison.Ordinal));
        return toKey?.Shape switch
        {
            [_, WidthOfText1] => CheckpointKind.UNet1,
            [_, WidthOfText2] => CheckpointKind.UNet2,
            [_, WidthOfTextXL] => CheckpointKind.UNetXL,
            _ => CheckpointKind.UNet,
        };
    }
}
