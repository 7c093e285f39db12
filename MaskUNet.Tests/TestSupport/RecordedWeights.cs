using MaskUNet.Checkpoints;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Tests.TestSupport;

/// <summary>A fixture file as a source of weights, independent of the library's own readers.</summary>
public sealed class RecordedWeights : IWeightSource
{
    private readonly RecordedTensors tensors;

    public RecordedWeights(params string[] path)
    {
        tensors = new RecordedTensors(path);
        Name = Path.Combine(path);
        using var scope = NewDisposeScope();
        Entries = tensors.Names.ToDictionary(name => name, name => new TensorEntry(name, tensors[name].dtype, tensors[name].shape));
    }

    public string Name { get; }

    public IReadOnlyDictionary<string, TensorEntry> Entries { get; }

    public Tensor Read(string name, IReadOnlyList<long> shape, ScalarType dataType, Device device) => tensors[name].to(dataType).to(device);
}
