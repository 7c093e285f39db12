using static TorchSharp.torch;

namespace MaskUNet.UNet;

/// <summary>
/// Looks at attention probabilities while the U-Net runs: what Attend-and-Excite, SynGen and attention maps are made of. Layers that are
/// looked at compute their probabilities in full, which costs memory and time.
/// </summary>
/// <remarks>Called on the thread of the forward pass.</remarks>
public interface IAttentionObserver
{
    /// <summary>Whether a layer's probabilities are wanted.</summary>
    /// <param name="layer">Its path: <c>up_blocks.1.attentions.0.transformer_blocks.0.attn2</c> (attn1 is self-attention, attn2 attends to the text).</param>
    bool Wants(string layer);

    /// <summary>Takes a layer's probabilities.</summary>
    /// <param name="layer">Its path.</param>
    /// <param name="probabilities">
    /// softmax(q k^T / sqrt(d)), [B * heads, queries, keys], batch first; differentiable. It is freed with the forward pass's scope: detach
    /// it (<c>DetachFromDisposeScope</c>) or clone it to keep it.
    /// </param>
    void Observe(string layer, Tensor probabilities);
}
