using MaskUNet.Prompting.Clip;
using MaskUNet.Rewards.Clip;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Shapes.TrainRewards;

/// <summary>A CLIP that reads captions.</summary>
internal sealed class ClipReader(ClipModel clip, ClipTokenizer tokenizer)
{
    /// <summary>Unit features, [captions, F].</summary>
    public Tensor Read(IReadOnlyList<string> captions)
    {
        using var scope = NewDisposeScope();
        var ids = tensor(
            captions.SelectMany(caption => tokenizer.EncodePadded(caption).Ids).ToArray(), [captions.Count, tokenizer.MaxLength], dtype: ScalarType.Int64);
        return nn.functional.normalize(clip.TextFeatures(ids), dim: 1).MoveToOuterDisposeScope();
    }
}
