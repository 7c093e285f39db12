using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MaskUNet.Kernels;

/// <summary>e to the x in float32, to one unit in the last place or two (the polynomial of Cephes' expf).</summary>
internal static class Exponential
{
    private const float Lowest = -87.3f; // below it the result has no normal number
    private const float LogOfTwoHigh = 0.693359375f;
    private const float LogOfTwoLow = -2.12194440e-4f;

    /// <param name="x">Not above 0. What is below -87 gives 1e-38, and no number stays no number.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> OfNegative(Vector512<float> x)
    {
        x = Vector512.MaxNative(Vector512.Create(Lowest), x); // the second operand where either is no number
        var power = Vector512.Round(x * (float)(1 / Math.Log(2)));
        var rest = Vector512.FusedMultiplyAdd(power, Vector512.Create(-LogOfTwoHigh), x);
        rest = Vector512.FusedMultiplyAdd(power, Vector512.Create(-LogOfTwoLow), rest);
        var sum = Vector512.FusedMultiplyAdd(Vector512.Create(1.9875691500e-4f), rest, Vector512.Create(1.3981999507e-3f));
        sum = Vector512.FusedMultiplyAdd(sum, rest, Vector512.Create(8.3334519073e-3f));
        sum = Vector512.FusedMultiplyAdd(sum, rest, Vector512.Create(4.1665795894e-2f));
        sum = Vector512.FusedMultiplyAdd(sum, rest, Vector512.Create(1.6666665459e-1f));
        sum = Vector512.FusedMultiplyAdd(sum, rest, Vector512.Create(5.0000001201e-1f));
        sum = Vector512.FusedMultiplyAdd(sum, rest * rest, rest) + Vector512<float>.One;
        var twoToThePower = Vector512.ShiftLeft(Vector512.ConvertToInt32Native(power) + Vector512.Create(127), 23).AsSingle();
        return sum * twoToThePower;
    }
}
