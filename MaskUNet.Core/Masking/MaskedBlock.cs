using MaskUNet.UNet;
using static TorchSharp.torch;

namespace MaskUNet.Masking;

/// <summary>What a mask generator may look at when a block of the U-Net is about to run. The tensors are valid during the call only.</summary>
/// <param name="Name">The block's path: <c>up_blocks.1</c>; empty for the layers outside blocks.</param>
/// <param name="Layers">The block's maskable layers in execution order.</param>
/// <param name="Hidden">The block's input, [B, C, h, w]; null outside blocks.</param>
/// <param name="Skip">The skip connection that the block takes first, [B, C', h, w]; null but for up blocks.</param>
/// <param name="TimeEmbedding">The time embedding before its activation, [B, 4C]; null outside blocks.</param>
public sealed record MaskedBlock(string Name, IReadOnlyList<MaskableLayer> Layers, Tensor? Hidden, Tensor? Skip, Tensor? TimeEmbedding);
