using static TorchSharp.torch;

namespace MaskUNet;

/// <summary>Classifier-free guidance (Ho and Salimans 2022).</summary>
internal static class Guidance
{
    /// <summary>u + g (c - u), scaled back towards the deviation of c (Lin et al. 2023, section 3.4).</summary>
    /// <param name="prediction">The unconditional half, then the conditional one: [2B, C, h, w].</param>
    /// <param name="scale">g.</param>
    /// <param name="rescale">0 leaves the deviation as it is, 1 makes it that of c.</param>
    public static Tensor Apply(Tensor prediction, double scale, double rescale)
    {
        using var scope = NewDisposeScope();
        var halves = prediction.chunk(2);
        var (unconditional, conditional) = (halves[0], halves[1]);
        var guided = unconditional + ((conditional - unconditional) * scale);
        if (rescale > 0)
        {
            var rescaled = guided * (Deviation(conditional) / Deviation(guided));
            guided = (rescaled * rescale) + (guided * (1 - rescale));
        }

        return guided.MoveToOuterDisposeScope();
    }

    private static Tensor Deviation(Tensor batch) => batch.std([1, 2, 3], unbiased: true, keepdim: true);
}
