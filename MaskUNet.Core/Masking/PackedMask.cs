using System.Buffers.Binary;
using System.Numerics;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Masking;

/// <summary>A hard mask, a bit a weight: row-major, the first weight in the highest bit of the first byte, as numpy's <c>packbits</c>.</summary>
/// <remarks>Immutable.</remarks>
public sealed class PackedMask
{
    private const ulong Gather = 0x8040201008040201; // takes the eight bytes of a word, each 0 or 1, to its highest byte

    private readonly long[] shape;
    private readonly byte[] bits;

    private PackedMask(long[] shape, byte[] bits) => (this.shape, this.bits) = (shape, bits);

    /// <summary>The mask's shape: the weight's, or with the batch in front.</summary>
    public IReadOnlyList<long> Shape => shape;

    /// <summary>The bits; those after the last weight are 0.</summary>
    public ReadOnlySpan<byte> Bits => bits;

    /// <summary>How many weights it says of.</summary>
    public long Count => shape.Aggregate(1L, (product, size) => product * size);

    /// <summary>How many weights it keeps.</summary>
    public long Kept => bits.Sum(octet => (long)BitOperations.PopCount(octet));

    /// <summary>Packs a mask.</summary>
    /// <param name="mask">Zeros and ones, of any type.</param>
    public static PackedMask Pack(Tensor mask)
    {
        ArgumentNullException.ThrowIfNull(mask);
        using var scope = NewDisposeScope();
        var kept = mask.detach().to(ScalarType.Bool).cpu().contiguous().bytes;
        var packed = new byte[(kept.Length + 7) / 8];
        var last = new byte[8];
        for (var i = 0; i < packed.Length; i++)
        {
            ReadOnlySpan<byte> octet = kept[(8 * i)..];
            if (octet.Length < 8)
            {
                octet.CopyTo(last);
                octet = last;
            }

            packed[i] = (byte)((BinaryPrimitives.ReadUInt64LittleEndian(octet) * Gather) >> 56);
        }

        return new PackedMask(mask.shape, packed);
    }

    /// <summary>A mask from its bits.</summary>
    /// <param name="shape">Its shape.</param>
    /// <param name="bits">As many bytes as the shape takes.</param>
    /// <exception cref="InvalidOptionException">There are more or fewer, or a size is negative.</exception>
    public static PackedMask Of(IReadOnlyList<long> shape, ReadOnlySpan<byte> bits)
    {
        ArgumentNullException.ThrowIfNull(shape);
        var mask = new PackedMask([.. shape], bits.ToArray());
        return shape.All(size => size >= 0) && bits.Length == (mask.Count + 7) / 8
            ? mask
            : throw new InvalidOptionException($"A packed mask [{string.Join(", ", shape)}] has a byte for eight weights; {bits.Length} bytes were given.");
    }

    /// <summary>The mask as a tensor.</summary>
    /// <param name="device">Its device; the CPU if null.</param>
    /// <returns>Boolean, in the caller's dispose scope.</returns>
    public Tensor Unpack(Device? device = null)
    {
        using var scope = NewDisposeScope();
        var mask = empty(shape, ScalarType.Bool);
        var kept = mask.bytes;
        for (var i = 0; i < kept.Length; i++)
        {
            kept[i] = (byte)((bits[i / 8] >> (7 - (i % 8))) & 1);
        }

        return (device is null ? mask : mask.to(device)).MoveToOuterDisposeScope();
    }

    /// <summary>What two masks drop in common: weights that both drop among those that either drops; 1 where neither drops any.</summary>
    /// <param name="other">A mask of the same shape.</param>
    /// <exception cref="InvalidOptionException">The shapes differ.</exception>
    public double Overlap(PackedMask other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (!shape.SequenceEqual(other.shape))
        {
            throw new InvalidOptionException($"Masks [{string.Join(", ", shape)}] and [{string.Join(", ", other.shape)}] cannot be compared: their shapes differ.");
        }

        var (keptByEither, keptByBoth) = (0L, 0L);
        for (var i = 0; i < bits.Length; i++)
        {
            keptByEither += BitOperations.PopCount((uint)(bits[i] | other.bits[i]));
            keptByBoth += BitOperations.PopCount((uint)(bits[i] & other.bits[i]));
        }

        return Count == keptByBoth ? 1 : (Count - keptByEither) / (double)(Count - keptByBoth);
    }
}
