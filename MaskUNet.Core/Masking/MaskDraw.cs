namespace MaskUNet.Masking;

/// <summary>What random numbers of masks are for.</summary>
/// <param name="Evaluation">The number of the U-Net's evaluation in the run, from 0.</param>
/// <param name="Layer">The layer's path.</param>
/// <param name="Part">0; 1 for the second of two numbers that a weight takes.</param>
public readonly record struct MaskDraw(long Evaluation, string Layer, int Part = 0);
