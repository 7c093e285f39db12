namespace MaskUNet.Rewards.Clip;

/// <summary>Whose definition of a CLIP score is followed. Published scores can be compared only within one.</summary>
public enum ClipScoreProtocol
{
    /// <summary>torchmetrics' <c>CLIPScore</c>: 100 times the cosine; the mean is not below 0. Its default model is OpenAI's ViT-L/14.</summary>
    Torchmetrics,

    /// <summary>
    /// GigaGAN's evaluation: the cosine with "A photo depicts " before the prompt, of pictures that went through 256 x 256 pixels. Its
    /// default model is OpenAI's ViT-B/32.
    /// </summary>
    GigaGan,

    /// <summary>The cosine, as in T2I-CompBench. Its model is OpenAI's ViT-B/32.</summary>
    Cosine,
}
