using MaskUNet.Checkpoints;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Checkpoints;

public class RenamedWeightsTests
{
    private static readonly KeyFixtures.Listed Zeros = new("zeros", [("a", [6, 2]), ("b", [3, 2, 1, 1])]);

    [Fact]
    public void Values_are_cut_transposed_and_squeezed()
    {
        using var scope = NewDisposeScope();
        var renamed = new RenamedWeights(new Counting(), stored => stored.Name == "a"
            ? [new("head", TensorTransform.Rows(0, 2)), new("tail", TensorTransform.Rows(2, 6)), new("t", TensorTransform.Transpose)]
            : [new("squeezed", TensorTransform.Squeeze1x1), new("copied")]);

        Values("head", 2, 2).Should().Equal(0, 1, 2, 3);
        Values("tail", 4, 2).Should().Equal(4, 5, 6, 7, 8, 9, 10, 11);
        Values("t", 2, 6).Should().Equal(0, 2, 4, 6, 8, 10, 1, 3, 5, 7, 9, 11);
        Values("squeezed", 3, 2).Should().Equal(0, 1, 2, 3, 4, 5);
        Values("copied", 3, 2, 1, 1).Should().Equal(0, 1, 2, 3, 4, 5);

        float[] Values(string name, params long[] shape)
        {
            renamed.Entries[name].Shape.Should().Equal(shape);
            var tensor = renamed.Read(name, shape, ScalarType.Float32, CPU);
            tensor.shape.Should().Equal(shape);
            tensor.is_contiguous().Should().BeTrue();
            return tensor.data<float>().ToArray();
        }
    }

    [Fact]
    public void Reading_leaves_only_the_result()
    {
        var renamed = new RenamedWeights(Zeros, stored => [new(stored.Name, stored.Name == "a" ? TensorTransform.Transpose : TensorTransform.Copy)]);
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;

        renamed.Read("a", [2, 6], ScalarType.Float32, CPU).Dispose();
        renamed.Read("b", [3, 2, 1, 1], ScalarType.Float32, CPU).Dispose();

        DisposeScopeManager.Statistics.ThreadTotalLiveCount.Should().Be(before);
    }

    [Fact]
    public void Two_tensors_of_one_name_are_refused()
    {
        var rename = () => new RenamedWeights(Zeros, _ => [new("same")]);

        rename.Should().Throw<CheckpointException>().WithMessage("*'a'*same*");
    }

    [Fact]
    public void A_shape_that_a_transform_does_not_apply_to_is_refused()
    {
        var rename = () => new RenamedWeights(Zeros, stored => [new(stored.Name, TensorTransform.Squeeze1x1)]);

        rename.Should().Throw<CheckpointException>().WithMessage("*'a'*6, 2*squeeze_1x1*");
    }

    [Fact]
    public void A_name_that_is_not_there_is_refused()
    {
        var read = () => new RenamedWeights(Zeros, stored => [new(stored.Name)]).Read("c", [1], ScalarType.Float32, CPU);

        read.Should().Throw<CheckpointException>().WithMessage("*'c'*");
    }

    /// <summary>Tensors of 0, 1, 2 and so on.</summary>
    private sealed class Counting : IWeightSource
    {
        public string Name => "counting";

        public IReadOnlyDictionary<string, TensorEntry> Entries => Zeros.Entries;

        public Tensor Read(string name, IReadOnlyList<long> shape, ScalarType dataType, Device device) =>
            arange(shape.Aggregate(1L, (a, b) => a * b), dataType, device).view([.. shape]);
    }
}
