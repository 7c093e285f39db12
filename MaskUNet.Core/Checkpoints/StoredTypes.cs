using static TorchSharp.torch;

namespace MaskUNet.Checkpoints;

/// <summary>The sizes of stored types, and their names in safetensors headers and in TorchSharp.</summary>
internal static class StoredTypes
{
    // In the order of the enumeration.
    private static readonly (StoredType Type, string Name, int Bits, ScalarType? Tensor)[] Table =
    [
        (StoredType.Bool, "BOOL", 8, ScalarType.Bool),
        (StoredType.F4, "F4", 4, null),
        (StoredType.F6E2M3, "F6_E2M3", 6, null),
        (StoredType.F6E3M2, "F6_E3M2", 6, null),
        (StoredType.U8, "U8", 8, ScalarType.Byte),
        (StoredType.I8, "I8", 8, ScalarType.Int8),
        (StoredType.F8E5M2, "F8_E5M2", 8, null),
        (StoredType.F8E4M3, "F8_E4M3", 8, null),
        (StoredType.F8E8M0, "F8_E8M0", 8, null),
        (StoredType.F8E4M3Fnuz, "F8_E4M3FNUZ", 8, null),
        (StoredType.F8E5M2Fnuz, "F8_E5M2FNUZ", 8, null),
        (StoredType.I16, "I16", 16, ScalarType.Int16),
        (StoredType.U16, "U16", 16, null),
        (StoredType.F16, "F16", 16, ScalarType.Float16),
        (StoredType.BF16, "BF16", 16, ScalarType.BFloat16),
        (StoredType.I32, "I32", 32, ScalarType.Int32),
        (StoredType.U32, "U32", 32, null),
        (StoredType.F32, "F32", 32, ScalarType.Float32),
        (StoredType.C64, "C64", 64, ScalarType.ComplexFloat32),
        (StoredType.F64, "F64", 64, ScalarType.Float64),
        (StoredType.I64, "I64", 64, ScalarType.Int64),
        (StoredType.U64, "U64", 64, null),
        (StoredType.C128, "C128", 128, ScalarType.ComplexFloat64),
    ];

    private static readonly Dictionary<string, StoredType> ByName =
        Table.Where(row => row.Type != StoredType.C128).ToDictionary(row => row.Name, row => row.Type, StringComparer.Ordinal);

    /// <summary>The name in a safetensors header.</summary>
    public static string Name(this StoredType type) => Table[(int)type].Name;

    public static int Bits(this StoredType type) => Table[(int)type].Bits;

    /// <summary>The tensor type of the same values, or null where TorchSharp has none.</summary>
    public static ScalarType? ToScalarType(this StoredType type) => Table[(int)type].Tensor;

    /// <summary>The type of a safetensors header's <c>dtype</c>, which is case-sensitive.</summary>
    public static bool TryParse(string name, out StoredType type) => ByName.TryGetValue(name, out type);

    public static StoredType From(ScalarType type)
    {
        var row = Array.FindIndex(Table, candidate => candidate.Tensor == type);
        return row >= 0
            ? Table[row].Type
            : throw new InvalidOptionException($"Tensors of type {type} cannot be stored in a checkpoint; convert them to a plain type first.");
    }
}
