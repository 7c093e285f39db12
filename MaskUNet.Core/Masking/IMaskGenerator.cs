namespace MaskUNet.Masking;

/// <summary>
/// Gives the weight masks of one forward pass. The U-Net asks once a block, before the block runs, and then once a layer, in execution
/// order, just before the layer runs.
/// </summary>
/// <remarks>The calls of one forward pass come from one thread. A generator used by several callers at once must be thread-safe.</remarks>
public interface IMaskGenerator
{
    /// <summary>
    /// True where a layer outside the up blocks may be masked. Then each evaluation runs the encoder half anew; otherwise one encoding
    /// serves all evaluations of a step.
    /// </summary>
    bool MasksEncoder { get; }

    /// <summary>Begins a block.</summary>
    /// <param name="block">What the block is about to work on.</param>
    /// <returns>The masks of the block's layers.</returns>
    ILayerMasks Begin(MaskedBlock block);
}
