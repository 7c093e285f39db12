using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using MaskUNet.Training;

namespace MaskUNet.Kernels;

/// <summary>
/// Uniform numbers by counting: each is 23 bits of a SplitMix64 word, whose state is the key plus the word's number times the golden ratio.
/// 8 at once; a number depends on key and place only.
/// </summary>
internal static class CountedNumbers
{
    /// <summary>Numbers in a vector.</summary>
    public const int Lanes = 8;

    /// <summary>The least number.</summary>
    public const float Least = Unit / 2;

    private const int Words = Lanes / 2;
    private const float Unit = 1f / (1 << 23);

    /// <summary>What the state grows by from vector to vector.</summary>
    public static Vector256<ulong> Stride => Vector256.Create(unchecked(Words * SplitMix64.Golden));

    /// <summary>The state of the vector that begins at a place.</summary>
    /// <param name="key">What the numbers follow from.</param>
    /// <param name="place">An even number.</param>
    public static Vector256<ulong> State(ulong key, long place) =>
        Vector256.Create(unchecked(key + ((ulong)place / 2 * SplitMix64.Golden))) + ((Vector256<ulong>.Indices + Vector256<ulong>.One) * SplitMix64.Golden);

    /// <summary>The numbers of a state, between 2^-24 and 1 - 2^-24.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Uniform(Vector256<ulong> state) => (Vector256.ConvertToSingle(Bits(state)) + Vector256.Create(0.5f)) * Unit;

    /// <summary>What <see cref="Uniform"/> makes numbers of, between 0 and 2^23 - 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Bits(Vector256<ulong> state) => (SplitMix64.Mix(state).AsUInt32() >>> 9).AsInt32();

    /// <summary>The <see cref="Bits"/> of the greatest number that is not above a value; -1 where all are above.</summary>
    public static int BitsOf(double value) => (int)Math.Floor((value / Unit) - 0.5);
}
