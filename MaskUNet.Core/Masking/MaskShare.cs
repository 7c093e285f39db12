namespace MaskUNet.Masking;

/// <summary>What the mask of one sample's layer kept in one evaluation.</summary>
/// <param name="Step">The step, from 0.</param>
/// <param name="Layer">The layer's path.</param>
/// <param name="Sample">The sample of the batch, from 0; under guidance the unconditional half comes first. 0 where one mask is for all.</param>
/// <param name="Kept">Weights kept.</param>
/// <param name="Count">Weights in all.</param>
/// <param name="Overlap">
/// Dropped weights in common with the layer's mask of the step before, among those that either dropped (<see cref="PackedMask.Overlap"/>); null
/// in the first step.
/// </param>
public sealed record MaskShare(int Step, string Layer, int Sample, long Kept, long Count, double? Overlap);
