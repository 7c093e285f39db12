namespace MaskUNet.Checkpoints.PyTorch;

/// <summary>The name of a Python class or function. It is only a name: nothing is ever imported.</summary>
internal sealed record PickleGlobal(string Module, string Name)
{
    public override string ToString() => $"{Module}.{Name}";
}
