using MaskUNet.Kernels;
using MaskUNet.Rewards.Bert;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Rewards.Blip;

/// <summary>What BLIP's models take: pixels, and texts as ids.</summary>
internal static class BlipInputs
{
    /// <summary>The most tokens of a text, start and end included.</summary>
    public const int TextLength = 35;

    /// <summary>The most tokens that a text model of these sizes reads.</summary>
    public static int LengthFor(BertConfig config) => Math.Min(TextLength, config.Positions);

    /// <summary>Texts at the length of the longest, and which positions are no padding.</summary>
    /// <returns>int64 [B, L] and bool [B, L].</returns>
    public static (Tensor Ids, Tensor Mask) Encode(BertTokenizer tokenizer, IReadOnlyList<string> texts, int length, Device device, int? start = null)
    {
        var tokens = texts.Select(text => tokenizer.EncodePadded(text, length)).ToList();
        var longest = tokens.Max(token => token.Length);
        using var scope = NewDisposeScope();
        var ids = tensor(tokens.SelectMany(token => token.Ids.Take(longest)).ToArray(), [texts.Count, longest], dtype: ScalarType.Int64);
        if (start is not null)
        {
            ids.select(1, 0).fill_((long)start);
        }

        var lengths = tensor(tokens.Select(token => (long)token.Length).ToArray(), [texts.Count, 1], dtype: ScalarType.Int64);
        return (ids.to(device).MoveToOuterDisposeScope(), arange(longest).lt(lengths).to(device).MoveToOuterDisposeScope());
    }

    /// <summary>Checks that a tokenizer's ids are a model's.</summary>
    /// <exception cref="CheckpointException">The tokenizer has more tokens.</exception>
    public static void CheckFit(BertTokenizer tokenizer, BertConfig config, string model)
    {
        if (tokenizer.Count > config.VocabularySize)
        {
            throw new CheckpointException($"The tokenizer has {tokenizer.Count} tokens and {model} {config.VocabularySize}: take both from one model.");
        }
    }

    /// <summary>Checks pixels.</summary>
    /// <exception cref="InvalidOptionException">They have another shape.</exception>
    public static void CheckPixels(Tensor pixels, int size, string model)
    {
        ArgumentNullException.ThrowIfNull(pixels);
        if (pixels.shape is not [> 0, 3, var height, var width] || height != size || width != size)
        {
            throw new InvalidOptionException(
                $"{model} was given pixels [{string.Join(", ", pixels.shape)}]: give [B, 3, {size}, {size}], resized and normalised.");
        }
    }

    /// <summary>Checks ids and their mask.</summary>
    /// <exception cref="InvalidOptionException">They have another shape or type, or an id is no token.</exception>
    public static void CheckText(Tensor ids, Tensor? mask, long pictures, BertConfig config, string model)
    {
        ArgumentNullException.ThrowIfNull(ids);
        if (ids.dtype != ScalarType.Int64 || ids.shape is not [var count, > 0 and var length] || count != pictures || length > config.Positions)
        {
            throw new InvalidOptionException(
                $"{model} was given ids [{string.Join(", ", ids.shape)}] of {ids.dtype}: give int64 [{pictures}, L], L at most {config.Positions}.");
        }

        if (mask is not null && (mask.dtype != ScalarType.Bool || !mask.shape.SequenceEqual(ids.shape)))
        {
            throw new InvalidOptionException($"{model} was given a mask [{string.Join(", ", mask.shape)}] of {mask.dtype}: give bool [{string.Join(", ", ids.shape)}], as the ids.");
        }

        if (MetaDevice.Holds(ids))
        {
            return; // there are no values to look at
        }

        using var scope = NewDisposeScope();
        var (least, most) = (ids.min().item<long>(), ids.max().item<long>());
        if (least < 0 || most >= config.VocabularySize)
        {
            throw new InvalidOptionException($"{model} was given the id {(least < 0 ? least : most)}: its tokens are 0 to {config.VocabularySize - 1}.");
        }
    }
}
