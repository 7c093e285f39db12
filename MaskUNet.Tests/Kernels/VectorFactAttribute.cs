using MaskUNet.Kernels;

namespace MaskUNet.Tests.Kernels;

/// <summary>A fact about code that only runs where the processor has 256-bit vectors, or 512-bit ones; skipped, by name, elsewhere.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class VectorFactAttribute : FactAttribute
{
    public VectorFactAttribute() => Skip = WinogradFunction.IsSupported ? null : "This processor has no 256-bit vectors.";
}
