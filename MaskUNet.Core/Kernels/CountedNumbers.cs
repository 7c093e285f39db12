using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using MaskUNet.Training;

namespace MaskUNet.Kernels;

/// <summary>
/// Uniform numbers by counting: each is 23 bits of a SplitMix64 word, whose state is the key plus the word's number times the golden ratio.
/// 16 at once; a number depends on key and place only.
/// </summary>
internal static class CountedNumbers
{
    /// <summary>Numbers in a vector.</summary>
    public const int Lanes = 16;

    private const int Words = Lanes / 2;
    private const float Unit = 1f / (1 << 23);

    /// <summary>What the state grows by from vector to vector.</summary>
    public static Vector512<ulong> Stride => Vector512.Create(unchecked(Words * SplitMix64.Golden));

    /// <summary>The key by which the numbers from a place on begin at 0.</summary>
    /// <param name="key">What the numbers follow from.</param>
    /// <param name="place">An even number.</param>
    public static ulong KeyAt(ulong key, long place) => unchecked(key + ((ulong)place / 2 * SplitMix64.Golden));

    /// <summary>The state of the vector that begins at a place.</summary>
    /// <param name="key">What the numbers follow from.</param>
    /// <param name="place">An even number.</param>
    public static Vector512<ulong> State(ulong key, long place) =>
        Vector512.Create(KeyAt(key, place)) + ((Vector512<ulong>.Indices + Vector512<ulong>.One) * SplitMix64.Golden);

    /// <summary>The numbers of a state, between 2^-24 and 1 - 2^-24.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Uniform(Vector512<ulong> state)
    {
        var bits = SplitMix64.Mix(state).AsUInt32() >>> 9;
        return (Vector512.ConvertToSingle(bits.AsInt32()) + Vector512.Create(0.5f)) * Unit;
    }
}
