using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MaskUNet.Tests.Kernels;

/// <summary>A theory about code that only runs where the processor has 512-bit vectors; skipped, by name, elsewhere.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class WideVectorTheoryAttribute : TheoryAttribute
{
    public WideVectorTheoryAttribute() =>
        Skip = Avx512F.IsSupported && Vector512.IsHardwareAccelerated ? null : "This processor has no 512-bit vectors.";
}
