using MaskUNet.Images;
using MaskUNet.Shapes.Judging;
using MaskUNet.Shapes.Prompts;

namespace MaskUNet.Samples.TextToImage;

/// <summary>Says whether a picture by the TinyShapes model shows what was asked for.</summary>
internal sealed class Oracle
{
    private readonly ScenePrompt? prompt;

    public Oracle(string caption) => prompt = ScenePrompt.TryParse(caption);

    /// <summary>Whether the prompt is one that it understands.</summary>
    public bool Understands => prompt is not null;

    /// <summary>Whether all that was asked for is there; null where the prompt is not understood.</summary>
    public bool? IsRight(RgbImage picture) => prompt is null ? null : GenEval.Score(prompt, picture).Correct && Textures(picture);

    /// <summary>The same in a word or two.</summary>
    public string Verdict(RgbImage picture)
    {
        if (prompt is null)
        {
            return "";
        }

        var result = GenEval.Score(prompt, picture);
        return result switch
        {
            { Objects: false } => "no: shapes",
            { Colors: false } => "no: colours",
            { Position: false } => "no: place",
            _ when !Textures(picture) => "no: texture",
            _ => "yes",
        };
    }

    private bool Textures(RgbImage picture) => CompBench.Score(prompt!, picture).Texture is not 0;
}
