using MaskUNet.Images;
using MaskUNet.Shapes.Judging;
using MaskUNet.Shapes.Prompts;

namespace MaskUNet.Samples.TextToImage;

/// <summary>Says whether a picture by the TinyShapes model shows what was asked for.</summary>
internal sealed class Oracle
{
    /// <summary>The verdict on a picture that shows all that was asked for.</summary>
    public const string Right = "yes";

    private readonly ScenePrompt? prompt;

    public Oracle(string caption) => prompt = ScenePrompt.TryParse(caption);

    /// <summary>Whether the prompt is one that it understands.</summary>
    public bool Understands => prompt is not null;

    /// <summary>Whether all that was asked for is there, in a word or two: <see cref="Right"/>, or what is wrong; empty where the prompt is not understood.</summary>
    public string Verdict(RgbImage picture)
    {
        if (prompt is null)
        {
            return "";
        }

        var objects = SceneOracle.Read(picture);
        return GenEval.Score(prompt, objects) switch
        {
            { Objects: false } => "no: shapes",
            { Colors: false } => "no: colours",
            { Position: false } => "no: place",
            _ when CompBench.Score(prompt, objects).Texture is 0 => "no: texture",
            _ => Right,
        };
    }
}
