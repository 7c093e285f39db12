namespace MaskUNet.Checkpoints;

/// <summary>What a checkpoint's keys say it is.</summary>
internal enum CheckpointKind
{
    /// <summary>Nothing that is known here.</summary>
    Unknown,

    /// <summary>A whole Stable Diffusion 1.x model in one file.</summary>
    StableDiffusion1,

    /// <summary>A whole Stable Diffusion 2.x model in one file.</summary>
    StableDiffusion2,

    /// <summary>A whole Stable Diffusion XL model in one file.</summary>
    StableDiffusionXL,

    /// <summary>A U-Net under the names of the original implementation, without a text encoder.</summary>
    LdmUNet,

    /// <summary>An autoencoder under the names of the original implementation.</summary>
    LdmAutoencoder,

    /// <summary>Stable Diffusion 1's U-Net as diffusers writes it.</summary>
    UNet1,

    /// <summary>Stable Diffusion 2's U-Net as diffusers writes it.</summary>
    UNet2,

    /// <summary>Stable Diffusion XL's U-Net as diffusers writes it.</summary>
    UNetXL,

    /// <summary>Another U-Net as diffusers writes it.</summary>
    UNet,

    /// <summary>An autoencoder as diffusers writes it.</summary>
    Autoencoder,

    /// <summary>CLIP's text model as transformers writes it.</summary>
    ClipText,

    /// <summary>CLIP with text and images as transformers writes it.</summary>
    Clip,

    /// <summary>CLIP as OpenAI or open_clip writes it.</summary>
    OpenClip,

    /// <summary>CLIP's text model as Stable Diffusion 1 has it.</summary>
    ClipText1,

    /// <summary>CLIP's text model as Stable Diffusion 2 has it.</summary>
    ClipText2,

    /// <summary>ImageReward.</summary>
    ImageReward,

    /// <summary>BLIP for questions about pictures, in either layout.</summary>
    BlipVqa,

    /// <summary>LAION's predictor of a picture's beauty from CLIP's features.</summary>
    Aesthetic,

    /// <summary>A transformer in place of a U-Net (Stable Diffusion 3, FLUX and others).</summary>
    DiffusionTransformer,

    /// <summary>A low-rank adapter.</summary>
    Lora,

    /// <summary>Vectors of added tokens.</summary>
    TextualInversion,

    /// <summary>A ControlNet.</summary>
    ControlNet,
}
