using MaskUNet.Checkpoints;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Tests.TestSupport;

/// <summary>The weights of a fixture file, read without the library's own reader.</summary>
public sealed class RecordedWeights : IWeightSource
{
    private readonly RecordedTensors file;

    public RecordedWeights(params string[] path)
    {
        file = new RecordedTensors(path);
        using var scope = NewDisposeScope();
        Entries = file.Names.ToDictionary(name => name, name => new TensorEntry(name, file[name].dtype, file[name].shape));
        Name = string.Join('/', path);
    }

    public string Name { get; }

    public IReadOnlyDictionary<string, TensorEntry> Entries { get; }

    public Tensor Read(string name, IReadOnlyList<long> shape, ScalarType dataType, Device device)
    {
        using var stored = file[name];
        return stored.to(dataType, copy: true).to(device);
    }
}
