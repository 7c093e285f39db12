using MaskUNet.Checkpoints;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Prompting.Clip;

/// <summary>Prompts to hidden states by a CLIP tokenizer and a CLIP text model: the text encoder of Stable Diffusion 1 and 2.</summary>
/// <remarks>
/// Immutable and safe to call from several threads at once. It owns its weights: disposing frees them, and with them every encoder that
/// <see cref="With"/> made of it.
/// </remarks>
public sealed class ClipTextEncoder : ITextEncoder
{
    private readonly ModelWeights? owned;
    private readonly Tensor? ownTable;
    private readonly ClipTextModel model;

    /// <summary>Builds the encoder.</summary>
    /// <param name="tokenizer">The tokenizer that belongs to the model.</param>
    /// <param name="config">The model's sizes.</param>
    /// <param name="source">The weights, under the keys of transformers' <c>CLIPTextModel</c>.</param>
    /// <param name="dataType">The type to compute in.</param>
    /// <param name="device">The device to compute on; the CPU by default.</param>
    /// <exception cref="CheckpointException">The sizes make no model, the weights do not fit them, or the tokenizer does not fit the model.</exception>
    public ClipTextEncoder(
        ClipTokenizer tokenizer, ClipTextConfig config, IWeightSource source, ScalarType dataType = ScalarType.Float32, Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        ArgumentNullException.ThrowIfNull(config);
        config.Validate("The text encoder's configuration");
        ClipIds.CheckFit(tokenizer, config);
        Tokenizer = tokenizer;
        owned = new ModelWeights(source, dataType, device);
        model = new ClipTextModel(owned.Root, config);
        // Files by older versions of transformers hold the positions' numbers as a buffer.
        owned.Complete("the CLIP text model", key => key.EndsWith("embeddings.position_ids", StringComparison.Ordinal));
        Weights = owned.Tensors;
    }

    private ClipTextEncoder(ClipTextEncoder origin, ClipTokenizer tokenizer, Tensor table)
    {
        Tokenizer = tokenizer;
        model = origin.model;
        Weights = origin.Weights;
        ownTable = table;
    }

    /// <summary>The tokenizer.</summary>
    public ClipTokenizer Tokenizer { get; }

    /// <summary>The model's sizes.</summary>
    public ClipTextConfig Config => model.Config;

    /// <summary>The weights by state-dict key; they belong to the encoder that loaded them.</summary>
    public IReadOnlyDictionary<string, Tensor> Weights { get; }

    /// <summary>The vectors of the tokens, [tokens, D], added ones at the end; it belongs to the encoder.</summary>
    public Tensor TokenTable => ownTable ?? model.TokenTable;

    /// <inheritdoc/>
    /// <exception cref="InvalidOptionException">There is no prompt, or <paramref name="clipSkip"/> leaves no layer.</exception>
    public TextEmbedding Encode(IReadOnlyList<string> prompts, int clipSkip = 0)
    {
        ArgumentNullException.ThrowIfNull(prompts);
        if (prompts.Count == 0)
        {
            throw new InvalidOptionException("There is no prompt to encode: give at least one; it may be empty.");
        }

        using var scope = NewDisposeScope();
        var tokens = prompts.Select(Tokenizer.EncodePadded).ToList();
        var ids = tensor(tokens.SelectMany(row => row.Ids).ToArray(), [tokens.Count, Tokenizer.MaxLength], dtype: int64, device: TokenTable.device);
        return new TextEmbedding(EncodeIds(ids, clipSkip).MoveToOuterDisposeScope(), [.. tokens.Select(row => row.Dropped)]);
    }

    /// <summary>Encodes prompts that are tokens already.</summary>
    /// <param name="ids">int64 [B, L] on the encoder's device, L at most the number of positions.</param>
    /// <param name="clipSkip">How many of the last layers to leave out, as diffusers' <c>clip_skip</c>; the final normalisation stays.</param>
    /// <returns>[B, L, D], the caller's.</returns>
    /// <exception cref="InvalidOptionException">
    /// <paramref name="clipSkip"/> leaves no layer, the ids have another shape or type, or one of them is no token.
    /// </exception>
    public Tensor EncodeIds(Tensor ids, int clipSkip = 0)
    {
        ArgumentNullException.ThrowIfNull(ids);
        ClipIds.Check(ids, Config.Positions, TokenTable.shape[0]);
        if (clipSkip < 0 || clipSkip >= Config.Layers)
        {
            throw new InvalidOptionException(
                $"A clip skip of {clipSkip} is not possible: this text encoder has {Config.Layers} layers, so it goes from 0 to {Config.Layers - 1}.");
        }

        return model.Forward(ids, clipSkip, TokenTable);
    }

    /// <summary>This encoder with further tokens, as textual inversion adds them; the transformer is shared and stays as it is.</summary>
    /// <param name="tokens">The tokens.</param>
    /// <param name="vectors">[tokens, D]; gradients flow to it. It stays the caller's.</param>
    /// <returns>A new encoder, to be disposed before this one.</returns>
    /// <exception cref="InvalidOptionException">A token is already there, or the vectors have another shape.</exception>
    public ClipTextEncoder With(IReadOnlyList<string> tokens, Tensor vectors)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        ArgumentNullException.ThrowIfNull(vectors);
        if (!vectors.shape.SequenceEqual([tokens.Count, Config.HiddenSize]))
        {
            throw new InvalidOptionException(
                $"{tokens.Count} tokens for this text encoder need vectors of [{tokens.Count}, {Config.HiddenSize}], not [{string.Join(", ", vectors.shape)}].");
        }

        using var scope = NewDisposeScope();
        var extended = Tokenizer.With(tokens);
        // The published table may hold rows beyond the tokenizer's last id; a new token's row is its id.
        var table = cat([TokenTable.narrow(0, 0, Tokenizer.Count), vectors.to(TokenTable.dtype, TokenTable.device)], 0);
        return new ClipTextEncoder(this, extended, table.DetachFromDisposeScope());
    }

    /// <summary>Frees the weights, or, of an encoder made by <see cref="With"/>, its token table.</summary>
    public void Dispose()
    {
        owned?.Dispose();
        ownTable?.Dispose();
    }
}
