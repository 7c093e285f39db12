using System.Numerics;

namespace MaskUNet.Training;

/// <summary>
/// The order in which a run sees a dataset: position p lies in epoch p / count, and each epoch is a permutation of its own. A function of
/// count, seed and position alone, with no table and no state, so that a run that was killed goes on exactly where it was.
/// </summary>
/// <remarks>
/// A Feistel network permutes the numbers below a power of four of at least the count; those that are none of the dataset's are permuted again
/// until they are (cycle walking: Black and Rogaway 2002), four times on average at most.
/// </remarks>
internal sealed class PictureOrder
{
    private const int Rounds = 8;
    private const int RoundBits = 3;
    private readonly long count;
    private readonly long seed;
    private readonly int half;
    private readonly ulong mask;

    public PictureOrder(long count, long seed)
    {
        if (count < 1)
        {
            throw new InvalidOptionException($"A dataset of {count} pictures has no order; it needs at least one.");
        }

        (this.count, this.seed) = (count, seed);
        half = Math.Max(1, (65 - BitOperations.LeadingZeroCount((ulong)count - 1)) / 2);
        mask = (1UL << half) - 1;
    }

    /// <summary>The number of the picture at a position, which counts from 0 over all epochs.</summary>
    public long this[long position]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(position);
            var (epoch, within) = Math.DivRem(position, count);
            var key = SplitMix64.At(seed, epoch);
            var index = (ulong)within;
            do
            {
                index = Permute(index, key);
            }
            while (index >= (ulong)count);

            return (long)index;
        }
    }

    private ulong Permute(ulong number, ulong key)
    {
        var (left, right) = (number >> half, number & mask);
        for (var round = 0UL; round < Rounds; round++)
        {
            (left, right) = (right, left ^ (SplitMix64.Mix(key ^ ((right << RoundBits) | round)) & mask));
        }

        return (left << half) | right;
    }
}
