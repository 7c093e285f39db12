namespace MaskUNet.Masking;

/// <summary>Where masks get their random numbers from. Both depend on the seed alone, not on the number of threads.</summary>
public enum MaskNoiseSource
{
    /// <summary>
    /// <see cref="CounterMaskNoise"/>: each number follows from seed, evaluation, layer and place, so that a picture's
    /// masks do not depend on its neighbours in the batch.
    /// </summary>
    Counter,

    /// <summary><see cref="PyTorchMaskNoise"/>: PyTorch's own stream, as the released code draws.</summary>
    PyTorch,
}
