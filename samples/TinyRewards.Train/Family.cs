using MaskUNet.Shapes.Prompts;

namespace MaskUNet.Shapes.TrainRewards;

/// <summary>Pictures that look alike and captions that read alike: each picture can be graded for each caption.</summary>
internal sealed record Family(IReadOnlyList<SeenPicture> Pictures, IReadOnlyList<string> Captions)
{
    /// <summary>The oracle's grades of pictures for captions, a picture after the other.</summary>
    public static float[] Grades(IReadOnlyList<SeenPicture> pictures, IReadOnlyList<string> captions)
    {
        ScenePrompt[] prompts = [.. captions.Select(ScenePrompt.Parse)];
        return [.. pictures.SelectMany(picture => prompts.Select(prompt => OracleGrade.Of(prompt, picture.Readings)))];
    }
}
