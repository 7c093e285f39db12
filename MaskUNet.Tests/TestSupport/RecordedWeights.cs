using MaskUNet.Checkpoints;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Tests.TestSupport;

/// <summary>A fixture file as the source of a model's weights.</summary>
public sealed class RecordedWeights(params string[] path) : IWeightSource
{
    private readonly RecordedTensors tensors = new(path);

    public string Name => string.Join('/', path);

    public IReadOnlyDictionary<string, TensorEntry> Entries => entries ??= tensors.Names.ToDictionary(name => name, Entry);

    private Dictionary<string, TensorEntry>? entries;

    public Tensor Read(string name, IReadOnlyList<long> shape, ScalarType dataType, Device device) => tensors[name].to(dataType).to(device);

    private TensorEntry Entry(string name)
    {
        using var stored = tensors[name];
        return new TensorEntry(name, stored.dtype, stored.shape);
    }
}
