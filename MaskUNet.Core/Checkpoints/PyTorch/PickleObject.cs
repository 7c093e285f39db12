namespace MaskUNet.Checkpoints.PyTorch;

/// <summary>A Python object that no weight needs, kept as the call that would make it. The call is not made.</summary>
/// <remarks>No record: its state may hold the object itself, and comparing such by value would not end.</remarks>
internal sealed class PickleObject(PickleGlobal callable, object?[] arguments)
{
    public PickleGlobal Callable => callable;

    public object?[] Arguments => arguments;

    /// <summary>What Python would hand to the object afterwards.</summary>
    public object? State { get; set; }
}
