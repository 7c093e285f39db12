using System.Globalization;
using MaskUNet.Prompting.Clip;

namespace MaskUNet.Checkpoints;

/// <summary>The names of a text encoder in files of all ages and layouts, as transformers names them.</summary>
internal static class TextEncoderNames
{
    /// <summary>The prefix of Stable Diffusion 1's text encoder, which has transformers' names already.</summary>
    public const string ClipPrefix = "cond_stage_model.transformer.";

    /// <summary>The prefix of Stable Diffusion 2's text encoder, which has open_clip's names.</summary>
    public const string OpenClipPrefix = "cond_stage_model.model.";

    // Older versions of transformers saved the numbers 0, 1, 2 and so on as a buffer.
    private const string PositionNumbers = "embeddings.position_ids";

    /// <summary>What a tensor of a diffusers folder becomes.</summary>
    public static IEnumerable<MappedTensor> Diffusers(TensorEntry stored) =>
        stored.Name.EndsWith(PositionNumbers, StringComparison.Ordinal) ? [] : [new(stored.Name)];

    /// <summary>What a tensor of a Stable Diffusion 1 file becomes.</summary>
    public static IEnumerable<MappedTensor> Clip(TensorEntry stored)
    {
        if (!stored.Name.StartsWith(ClipPrefix, StringComparison.Ordinal) || stored.Name.EndsWith(PositionNumbers, StringComparison.Ordinal))
        {
            return [];
        }

        // Some tools write the text model without its outer module.
        var name = stored.Name[ClipPrefix.Length..];
        return [new(name.StartsWith("text_model.", StringComparison.Ordinal) ? name : $"text_model.{name}")];
    }

    /// <summary>What a tensor of a Stable Diffusion 2 file becomes.</summary>
    /// <param name="stored">The tensor.</param>
    /// <param name="layers">How many layers to keep: Stable Diffusion 2 was trained on the output of the last but one.</param>
    public static IEnumerable<MappedTensor> OpenClip(TensorEntry stored, int layers)
    {
        if (!stored.Name.StartsWith(OpenClipPrefix, StringComparison.Ordinal))
        {
            return [];
        }

        var name = stored.Name[OpenClipPrefix.Length..];
        return name.Split('.') switch
        {
            ["text_projection" or "logit_scale"] => [],
            ["transformer", "resblocks", var layer, ..] when int.TryParse(layer, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= layers => [],
            _ => OpenClipNames.Text(name, stored.Shape),
        };
    }
}
