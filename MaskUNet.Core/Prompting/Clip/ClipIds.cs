using MaskUNet.Kernels;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Prompting.Clip;

/// <summary>What a CLIP text model takes as ids, and so from which tokenizer.</summary>
internal static class ClipIds
{
    /// <summary>Checks that a tokenizer's ids are a model's.</summary>
    /// <exception cref="CheckpointException">The tokenizer has more tokens, or longer prompts.</exception>
    public static void CheckFit(ClipTokenizer tokenizer, ClipTextConfig config)
    {
        if (tokenizer.Count > config.VocabularySize || tokenizer.MaxLength > config.Positions)
        {
            throw new CheckpointException(
                $"The tokenizer has {tokenizer.Count} tokens and prompts of {tokenizer.MaxLength}, the text encoder {config.VocabularySize} tokens " +
                $"and {config.Positions} positions: take both from one model.");
        }
    }

    /// <summary>The ids of texts at the tokenizer's length, int64 [texts, L].</summary>
    public static Tensor Of(ClipTokenizer tokenizer, IReadOnlyCollection<string> texts) => tensor(
        texts.SelectMany(text => tokenizer.EncodePadded(text).Ids).ToArray(), [texts.Count, tokenizer.MaxLength], dtype: ScalarType.Int64);

    /// <summary>Checks ids before they index a table.</summary>
    /// <param name="ids">To be int64 [B, L].</param>
    /// <param name="positions">The most that L may be.</param>
    /// <param name="tokens">The number of tokens.</param>
    /// <exception cref="InvalidOptionException">The ids have another shape or type, or one of them is no token.</exception>
    public static void Check(Tensor ids, int positions, long tokens)
    {
        if (ids.shape is not [> 0, > 0 and var length] || length > positions || ids.dtype != ScalarType.Int64)
        {
            throw new InvalidOptionException(
                $"The text encoder was given ids [{string.Join(", ", ids.shape)}] of {ids.dtype}: give int64 [B, L], L at most {positions}.");
        }

        if (MetaDevice.Holds(ids))
        {
            return; // there are no values to look at
        }

        using var scope = NewDisposeScope();
        var (least, most) = (ids.min().item<long>(), ids.max().item<long>());
        if (least < 0 || most >= tokens)
        {
            throw new InvalidOptionException($"The text encoder was given the id {(least < 0 ? least : most)}: its tokens are 0 to {tokens - 1}.");
        }
    }
}
