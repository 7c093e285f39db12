namespace MaskUNet.Prompting.Clip;

/// <summary>
/// Whose reading of CLIP's tokenizer is followed. All use one vocabulary; they differ in upper case, Chinese, control characters, HTML and
/// added tokens, and agree on plain English.
/// </summary>
public enum ClipTokenization
{
    /// <summary>transformers' <c>CLIPTokenizer</c> without ftfy: what Stable Diffusion pipelines use.</summary>
    Transformers,

    /// <summary>transformers' <c>CLIPTokenizerFast</c>: what <c>AutoProcessor</c> gives (PickScore, CLIP score by transformers).</summary>
    TransformersFast,

    /// <summary>open_clip's <c>SimpleTokenizer</c> (HPSv2, OpenAI CLIP), without ftfy's repair of wrongly decoded text.</summary>
    OpenClip,
}
