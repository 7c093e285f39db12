namespace MaskUNet.Checkpoints.PyTorch;

/// <summary>A view of a storage, as a pickle declares it. Offset and strides count values, not bytes.</summary>
internal sealed record TorchTensor(TorchStorage Storage, StoredType Type, long Offset, long[] Sizes, long[] Strides)
{
    // Views with stride 0 repeat values: a few bytes of a file may stand for terabytes.
    private const long LargestRepetition = 64 << 20;

    public int ValueBytes => Type.Bits() / 8;

    /// <summary>The number of values from the first to the last, both included; 0 when the tensor is empty.</summary>
    public long Span => Array.IndexOf(Sizes, 0) >= 0 ? 0 : 1 + Sizes.Zip(Strides, (size, stride) => (size - 1) * stride).Sum();

    /// <summary>Whether the values lie in the storage just as a row-major tensor needs them.</summary>
    public bool IsContiguous
    {
        get
        {
            var expected = 1L;
            for (var axis = Sizes.Length - 1; axis >= 0; axis--)
            {
                if (Sizes[axis] != 1 && Strides[axis] != expected)
                {
                    return Span == 0;
                }

                expected *= Sizes[axis];
            }

            return true;
        }
    }

    /// <summary>What is wrong with the view, or null. Everything else here is meant for views without fault.</summary>
    public string? Fault()
    {
        var what = $"[{string.Join(", ", Sizes)}] with strides [{string.Join(", ", Strides)}] from {Offset} on";
        if (Sizes.Length != Strides.Length || Offset < 0 || Sizes.Any(size => size < 0) || Strides.Any(stride => stride < 0))
        {
            return $"it is the impossible view {what}";
        }

        var (count, last, isEmpty) = (Int128.One, (Int128)Offset, Sizes.Contains(0));
        for (var axis = 0; axis < Sizes.Length; axis++)
        {
            count *= Sizes[axis];
            last += (Int128)Math.Max(Sizes[axis] - 1, 0) * Strides[axis];
            if (count > long.MaxValue || last > long.MaxValue)
            {
                return $"its size, {what}, overflows 64 bits";
            }
        }

        if (isEmpty ? (Int128)Offset * ValueBytes > Storage.Bytes : (last + 1) * ValueBytes > Storage.Bytes)
        {
            return $"it is the view {what} of a storage of only {Storage.Bytes} bytes";
        }

        return count * ValueBytes > Int128.Max(Storage.Bytes, LargestRepetition)
            ? $"it repeats few values many times: {what} of a storage of {Storage.Bytes} bytes; save a contiguous copy instead"
            : null;
    }
}
