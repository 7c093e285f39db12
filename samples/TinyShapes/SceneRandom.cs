namespace MaskUNet.Shapes;

/// <summary>
/// Random numbers of a scene: SplitMix64 (Steele, Lea, Flood 2014) from a key made of seed and index, so that scenes are independent of each
/// other, of the machine and of the order in which they are asked for.
/// </summary>
internal sealed class SceneRandom(long seed, long index)
{
    private const ulong Golden = 0x9E3779B97F4A7C15;
    private readonly ulong key = Mix(Mix((ulong)seed + Golden) ^ ((ulong)index * 0xD1B54A32D192ED03));
    private ulong counter;

    /// <summary>Uniform in [0, 1), a multiple of 2^-53.</summary>
    public double NextDouble() => (NextBits() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Uniform between two numbers.</summary>
    public double Between(double low, double high) => low + ((high - low) * NextDouble());

    /// <summary>Uniform in [0, count).</summary>
    public int Next(int count) => (int)Math.BigMul(NextBits(), (ulong)count, out _);

    /// <summary>One of an enumeration's values, which count from 0.</summary>
    public T Pick<T>()
        where T : struct, Enum => Enum.GetValues<T>()[Next(Enum.GetValues<T>().Length)];

    /// <summary>Puts things into a random order.</summary>
    public void Shuffle<T>(Span<T> things)
    {
        for (var i = things.Length - 1; i > 0; i--)
        {
            var j = Next(i + 1);
            (things[i], things[j]) = (things[j], things[i]);
        }
    }

    private ulong NextBits() => Mix(key + (++counter * Golden));

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
