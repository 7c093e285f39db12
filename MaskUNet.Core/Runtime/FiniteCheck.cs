using static TorchSharp.torch;

namespace MaskUNet.Runtime;

/// <summary>Notices NaN and infinity where they arise, before they become a black picture.</summary>
internal static class FiniteCheck
{
    /// <exception cref="NumericalException">A value is NaN or infinite; the message names the part, the place and what to try.</exception>
    public static void Check(Tensor values, string part, string place, string remedy = "Check that the checkpoint is whole.")
    {
        using var scope = NewDisposeScope();
        var finite = values.detach().isfinite();
        if (finite.all().item<bool>())
        {
            return;
        }

        var wrong = finite.logical_not().sum().item<long>();
        if (values.dtype is ScalarType.Float16 or ScalarType.BFloat16)
        {
            remedy = $"{values.dtype} may be too narrow for this model: load it in float32.";
        }

        throw new NumericalException($"{part} gave NaN or infinity {place}: {wrong} of {values.numel()} values. {remedy}");
    }
}
