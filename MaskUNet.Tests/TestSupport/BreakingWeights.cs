using MaskUNet.Checkpoints;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Tests.TestSupport;

/// <summary>Weights from a disk that fails after some reads.</summary>
public sealed class BreakingWeights(int reads) : IWeightSource
{
    private int left = reads;

    public string Name => "a broken disk";

    public IReadOnlyDictionary<string, TensorEntry>? Entries => null;

    public Tensor Read(string name, IReadOnlyList<long> shape, ScalarType dataType, Device device) =>
        left-- > 0 ? zeros([.. shape], dataType, device) : throw new IOException("the disk is gone");
}
