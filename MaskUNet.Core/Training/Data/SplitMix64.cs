namespace MaskUNet.Training;

/// <summary>Numbers that look random and are functions of their place alone (SplitMix64: Steele, Lea, Flood 2014).</summary>
internal static class SplitMix64
{
    private const ulong Golden = 0x9E3779B97F4A7C15;

    /// <summary>The generator's number at a place: another seed or another place gives an unrelated one.</summary>
    public static ulong At(long seed, long place) => Mix(Mix((ulong)seed + Golden) + (((ulong)place + 1) * Golden));

    /// <summary>Scrambles all bits; different numbers stay different.</summary>
    public static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
