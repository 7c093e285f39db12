using MaskUNet.Images;
using MaskUNet.Prompting.Clip;
using MaskUNet.Rewards.Clip;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Shapes.Train;

/// <summary>Pictures and captions in the features of the small CLIP.</summary>
internal static class ClipFigures
{
    private const int AtOnce = 100;

    /// <summary>Unit features of pictures of the CLIP's own size, [N, D].</summary>
    public static Tensor Features(ClipModel clip, IReadOnlyList<RgbImage> pictures)
    {
        using var scope = NewDisposeScope();
        return Unit(cat([.. pictures.Chunk(AtOnce).Select(some => clip.ImageFeatures(ClipPixels.Normalize(cat([.. some.Select(picture => picture.ToUnitTensor())]))))]))
            .MoveToOuterDisposeScope();
    }

    /// <summary>Unit features of captions, [N, D].</summary>
    public static Tensor Texts(ClipModel clip, ClipTokenizer tokenizer, IReadOnlyList<string> prompts)
    {
        using var scope = NewDisposeScope();
        List<List<long>> ids = [.. prompts.Select(prompt => tokenizer.EncodePadded(prompt).Ids.ToList())];
        var longest = ids.Max(some => some.IndexOf(tokenizer.EndId)) + 1; // nothing sees what comes after it
        return Unit(clip.TextFeatures(tensor(ids.SelectMany(some => some.Take(longest)).ToArray(), [prompts.Count, longest], dtype: ScalarType.Int64))).MoveToOuterDisposeScope();
    }

    private static Tensor Unit(Tensor features) => features / features.norm(1, keepdim: true);
}
