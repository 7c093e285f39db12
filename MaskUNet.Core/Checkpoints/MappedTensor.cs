namespace MaskUNet.Checkpoints;

/// <summary>What a stored tensor is called in another layout, and how it gets there.</summary>
/// <param name="Name">The key in the other layout.</param>
/// <param name="Transform">What is done to the values.</param>
internal sealed record MappedTensor(string Name, TensorTransform Transform)
{
    /// <summary>The tensor as it is, under another name.</summary>
    public MappedTensor(string name)
        : this(name, TensorTransform.Copy)
    {
    }
}
