using MaskUNet.Shapes.Prompts;
using MaskUNet.Shapes.Scenes;

namespace MaskUNet.Shapes.TrainRewards;

/// <summary>Pictures that look alike and captions that read alike: each picture can be graded for each caption.</summary>
internal sealed record Family(IReadOnlyList<SeenPicture> Pictures, IReadOnlyList<string> Captions)
{
    /// <summary>
    /// The oracle's grades of pictures for captions, a picture after the other; NaN, which compares with nothing, where a caption that names a held-out look
    /// is wholly true of a picture (a texture that it leaves open is another than the held-out one): such captions are to be false.
    /// </summary>
    public static float[] Grades(IReadOnlyList<SeenPicture> pictures, IReadOnlyList<string> captions)
    {
        ScenePrompt[] prompts = [.. captions.Select(ScenePrompt.Parse)];
        bool[] heldOut = [.. prompts.Select(HeldOutLooks.Contains)];
        return [.. pictures.SelectMany(picture => prompts.Select((prompt, i) => OracleGrade.Of(prompt, picture.Readings) is var grade && heldOut[i] && grade == 1 ? float.NaN : grade))];
    }
}
