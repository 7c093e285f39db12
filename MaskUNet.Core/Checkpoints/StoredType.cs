namespace MaskUNet.Checkpoints;

/// <summary>
/// The type of a checkpoint's stored values, by the names of the safetensors format. Not all of them can become a tensor;
/// see <see cref="TensorEntry.DataType"/>. The order is that of the reference implementation, by which tensors are sorted in a file.
/// </summary>
public enum StoredType
{
    /// <summary>One byte, 0 or 1.</summary>
    Bool,

    /// <summary>4 bits; no tensor type.</summary>
    F4,

    /// <summary>6 bits, 2 of exponent; no tensor type.</summary>
    F6E2M3,

    /// <summary>6 bits, 3 of exponent; no tensor type.</summary>
    F6E3M2,

    /// <summary>Unsigned, 8 bits.</summary>
    U8,

    /// <summary>Signed, 8 bits.</summary>
    I8,

    /// <summary>8 bits, 5 of exponent; no tensor type.</summary>
    F8E5M2,

    /// <summary>8 bits, 4 of exponent, no infinity; no tensor type.</summary>
    F8E4M3,

    /// <summary>8 bits of exponent; no tensor type.</summary>
    F8E8M0,

    /// <summary>8 bits, 4 of exponent, no negative zero; no tensor type.</summary>
    F8E4M3Fnuz,

    /// <summary>8 bits, 5 of exponent, no negative zero; no tensor type.</summary>
    F8E5M2Fnuz,

    /// <summary>Signed, 16 bits.</summary>
    I16,

    /// <summary>Unsigned, 16 bits; no tensor type.</summary>
    U16,

    /// <summary>IEEE half precision.</summary>
    F16,

    /// <summary>The upper half of a float32.</summary>
    BF16,

    /// <summary>Signed, 32 bits.</summary>
    I32,

    /// <summary>Unsigned, 32 bits; no tensor type.</summary>
    U32,

    /// <summary>IEEE single precision.</summary>
    F32,

    /// <summary>Complex of two float32.</summary>
    C64,

    /// <summary>IEEE double precision.</summary>
    F64,

    /// <summary>Signed, 64 bits.</summary>
    I64,

    /// <summary>Unsigned, 64 bits; no tensor type.</summary>
    U64,

    /// <summary>Complex of two float64; in PyTorch files only.</summary>
    C128,
}
