using System.Runtime.CompilerServices;

namespace MaskUNet.Kernels;

/// <summary>e to the x in float32, to one unit in the last place or two (the polynomial of Cephes' expf).</summary>
internal static class Exponential
{
    private const float Lowest = -87.3f; // below it the result has no normal number
    private const float LogOfTwoHigh = 0.693359375f;
    private const float LogOfTwoLow = -2.12194440e-4f;

    /// <param name="x">Not above 0. What is below -87 gives 1e-38, and no number stays no number.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes OfNegative<TLanes>(TLanes x)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        x = TLanes.Higher(TLanes.All(Lowest), x);
        var power = TLanes.Round(x * TLanes.All((float)(1 / Math.Log(2))));
        var rest = TLanes.MultiplyAdd(power, TLanes.All(-LogOfTwoHigh), x);
        rest = TLanes.MultiplyAdd(power, TLanes.All(-LogOfTwoLow), rest);
        var sum = TLanes.MultiplyAdd(TLanes.All(1.9875691500e-4f), rest, TLanes.All(1.3981999507e-3f));
        sum = TLanes.MultiplyAdd(sum, rest, TLanes.All(8.3334519073e-3f));
        sum = TLanes.MultiplyAdd(sum, rest, TLanes.All(4.1665795894e-2f));
        sum = TLanes.MultiplyAdd(sum, rest, TLanes.All(1.6666665459e-1f));
        sum = TLanes.MultiplyAdd(sum, rest, TLanes.All(5.0000001201e-1f));
        sum = TLanes.MultiplyAdd(sum, rest * rest, rest) + TLanes.All(1);
        return sum * TLanes.TwoToThe(power);
    }
}
