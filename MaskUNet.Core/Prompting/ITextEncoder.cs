using static TorchSharp.torch;

namespace MaskUNet.Prompting;

/// <summary>Turns prompts into what the U-Net attends to. Safe to call from several threads at once.</summary>
public interface ITextEncoder : IDisposable
{
    /// <summary>Encodes prompts.</summary>
    /// <param name="prompts">The prompts; an empty string is the unconditional prompt.</param>
    /// <param name="clipSkip">How many of the last layers to leave out; 0 by default, at most the encoder's depth minus one.</param>
    TextEmbedding Encode(IReadOnlyList<string> prompts, int clipSkip = 0);
}

/// <summary>Encoded prompts.</summary>
/// <param name="HiddenStates">[B, 77, D]; the caller owns it.</param>
/// <param name="Dropped">For each prompt the text that did not fit into 77 tokens, or an empty string.</param>
public sealed record TextEmbedding(Tensor HiddenStates, IReadOnlyList<string> Dropped);
