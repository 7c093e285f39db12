using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MaskUNet.Training;

/// <summary>SplitMix64 (Steele, Lea, Flood 2014): numbers from a key, the same on every machine.</summary>
internal struct SplitMix64(ulong key)
{
    /// <summary>What the state grows by from number to number.</summary>
    public const ulong Golden = 0x9E3779B97F4A7C15;

    private const ulong First = 0xBF58476D1CE4E5B9;
    private const ulong Second = 0x94D049BB133111EB;

    private ulong state = key;

    /// <summary>A key of several numbers: another in any of them gives an unrelated one.</summary>
    public static ulong Key(params ReadOnlySpan<long> parts)
    {
        var key = 0UL;
        foreach (var part in parts)
        {
            key = Mix(key + Golden + (ulong)part);
        }

        return key;
    }

    /// <summary>The number at a place: another seed or another place gives an unrelated one.</summary>
    public static ulong At(long seed, long place) => Mix(Mix((ulong)seed + Golden) + (((ulong)place + 1) * Golden));

    public ulong Next() => Mix(state += Golden);

    /// <summary>Scrambles all bits; different numbers stay different.</summary>
    public static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * First;
        z = (z ^ (z >> 27)) * Second;
        return z ^ (z >> 31);
    }

    /// <summary>The same of four numbers at once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ulong> Mix(Vector256<ulong> z)
    {
        z = (z ^ (z >>> 30)) * First;
        z = (z ^ (z >>> 27)) * Second;
        return z ^ (z >>> 31);
    }
}
