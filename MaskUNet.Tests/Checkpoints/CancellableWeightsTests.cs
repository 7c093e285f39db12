using MaskUNet.Checkpoints;
using MaskUNet.Tests.TestSupport;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Checkpoints;

[LeavesNoTensors]
public class CancellableWeightsTests
{
    [Fact]
    public void A_model_stops_loading_at_its_next_tensor_and_frees_those_before()
    {
        using var cancellation = new CancellationTokenSource();
        var source = new Cancelling(cancellation, after: 3);
        using var weights = new ModelWeights(new CancellableWeights(source, cancellation.Token));

        var take = () => Enumerable.Range(0, 10).Select(i => weights.Take($"weight.{i}", 2, 2)).Count(weight => weight.IsInvalid);

        take.Should().Throw<OperationCanceledException>();
        source.Reads.Should().Be(3);
        weights.Tensors.Should().BeEmpty();
    }

    private sealed class Cancelling(CancellationTokenSource cancellation, int after) : IWeightSource
    {
        public int Reads { get; private set; }

        public string Name => "weights";

        public IReadOnlyDictionary<string, TensorEntry>? Entries => null;

        public Tensor Read(string name, IReadOnlyList<long> shape, ScalarType dataType, Device device)
        {
            if (++Reads == after)
            {
                cancellation.Cancel();
            }

            return zeros([.. shape], dataType, device);
        }
    }
}
