using MaskUNet.Rewards.Bert;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Shapes.TrainRewards;

/// <summary>Captions as a BERT takes them.</summary>
internal static class BertCaptions
{
    /// <summary>Ids, int64 [captions, the longest], and what of them is no padding, bool.</summary>
    public static (Tensor Ids, Tensor Mask) Encode(BertTokenizer tokenizer, IReadOnlyList<string> captions, int most)
    {
        var tokens = captions.Select(caption => tokenizer.EncodePadded(caption, most)).ToList();
        var longest = tokens.Max(token => token.Length);
        var ids = tensor(tokens.SelectMany(token => token.Ids.Take(longest)).ToArray(), [captions.Count, longest], dtype: ScalarType.Int64);
        return (ids, arange(longest).lt(tensor(tokens.Select(token => (long)token.Length).ToArray(), [captions.Count, 1], dtype: ScalarType.Int64)));
    }
}
