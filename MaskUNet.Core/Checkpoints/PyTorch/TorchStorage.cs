namespace MaskUNet.Checkpoints.PyTorch;

/// <summary>A run of values that tensors share, as a pickle declares it.</summary>
/// <param name="Key">Its name in the archive.</param>
/// <param name="Type">The type of its values; <see cref="StoredType.U8"/> for an untyped storage.</param>
/// <param name="IsUntyped">Whether only the tensors say what type its bytes are of.</param>
/// <param name="Count">The number of its values.</param>
internal sealed record TorchStorage(string Key, StoredType Type, bool IsUntyped, long Count)
{
    /// <summary>Its size in bytes.</summary>
    public Int128 Bytes => (Int128)Count * (Type.Bits() / 8);
}
