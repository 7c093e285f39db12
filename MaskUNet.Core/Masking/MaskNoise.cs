namespace MaskUNet.Masking;

/// <summary>Makes the random numbers of a run.</summary>
internal static class MaskNoise
{
    /// <param name="source">Which stream.</param>
    /// <param name="seeds">One seed a picture of the batch, or one for all.</param>
    public static IMaskNoise Create(MaskNoiseSource source, IReadOnlyList<long> seeds) => source switch
    {
        MaskNoiseSource.PyTorch => new PyTorchMaskNoise(seeds[0]),
        _ => new CounterMaskNoise(seeds),
    };
}
