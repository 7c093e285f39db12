using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MaskUNet.Kernels;

/// <summary>8 numbers of a 256-bit register.</summary>
/// <param name="Value">The register.</param>
internal readonly unsafe record struct NarrowLanes(Vector256<float> Value) : ILanes<NarrowLanes>
{
    /// <summary>Whether the processor has such registers.</summary>
    public static bool AreSupported => Avx2.IsSupported && Fma.IsSupported;

    public static int Count => 8;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static NarrowLanes All(float value) => new(Vector256.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static NarrowLanes Load(float* from) => new(Vector256.Load(from));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(NarrowLanes value, float* to) => value.Value.Store(to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static NarrowLanes operator +(NarrowLanes left, NarrowLanes right) => new(left.Value + right.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static NarrowLanes operator -(NarrowLanes left, NarrowLanes right) => new(left.Value - right.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static NarrowLanes operator *(NarrowLanes left, NarrowLanes right) => new(left.Value * right.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static NarrowLanes MultiplyAdd(NarrowLanes left, NarrowLanes right, NarrowLanes addend) =>
        new(Vector256.FusedMultiplyAdd(left.Value, right.Value, addend.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static NarrowLanes Higher(NarrowLanes left, NarrowLanes right) => new(Vector256.MaxNative(left.Value, right.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static NarrowLanes Round(NarrowLanes value) => new(Vector256.Round(value.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static NarrowLanes TwoToThe(NarrowLanes power) =>
        new(Vector256.ShiftLeft(Vector256.ConvertToInt32Native(power.Value) + Vector256.Create(127), 23).AsSingle());

    public static void Transpose(float* from, nint stride, float* to) => NarrowTranspose.Apply(from, stride, to);
}
