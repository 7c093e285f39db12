using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MaskUNet.Kernels;

/// <summary>16 numbers of a 512-bit register.</summary>
/// <param name="Value">The register.</param>
internal readonly unsafe record struct WideLanes(Vector512<float> Value) : ILanes<WideLanes>
{
    /// <summary>Whether the processor has such registers, and does not slow down for them.</summary>
    public static bool AreSupported => Avx512F.IsSupported && Vector512.IsHardwareAccelerated;

    public static int Count => 16;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideLanes All(float value) => new(Vector512.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideLanes Load(float* from) => new(Vector512.Load(from));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(WideLanes value, float* to) => value.Value.Store(to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideLanes operator +(WideLanes left, WideLanes right) => new(left.Value + right.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideLanes operator -(WideLanes left, WideLanes right) => new(left.Value - right.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideLanes operator *(WideLanes left, WideLanes right) => new(left.Value * right.Value);

    public static void Transpose(float* from, nint stride, float* to) => WideTranspose.Apply(from, stride, to);
}
