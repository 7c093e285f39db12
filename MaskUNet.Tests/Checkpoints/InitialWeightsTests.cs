using MaskUNet.Checkpoints;
using MaskUNet.Runtime;
using MaskUNet.Tests.TestSupport;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Checkpoints;

[LeavesNoTensors]
public sealed class InitialWeightsTests
{
    public InitialWeightsTests() => NativeTorch.EnsureLoaded();

    [Fact]
    public void A_tensor_depends_on_seed_and_name_but_not_on_the_order()
    {
        using var scope = NewDisposeScope();
        var (first, second) = (new InitialWeights(1), new InitialWeights(1));
        var (a, b) = (Read(first, "a.weight", 4, 4), Read(first, "b.weight", 4, 4));
        var (laterB, laterA) = (Read(second, "b.weight", 4, 4), Read(second, "a.weight", 4, 4));
        Same(a, laterA).Should().BeTrue();
        Same(b, laterB).Should().BeTrue();
        Same(a, b).Should().BeFalse();
        Same(a, Read(new InitialWeights(2), "a.weight", 4, 4)).Should().BeFalse();
    }

    [Fact]
    public void Kernels_are_uniform_within_one_over_the_root_of_their_inputs()
    {
        using var scope = NewDisposeScope();
        var weight = Read(new InitialWeights(1), "conv.weight", 64, 16, 3, 3);
        var bound = 1 / Math.Sqrt(16 * 9);
        weight.abs().max().item<float>().Should().BeInRange((float)(0.99 * bound), (float)bound);
        weight.std().item<float>().Should().BeApproximately((float)(bound / Math.Sqrt(3)), 1e-3f);
    }

    [Theory]
    [InlineData("norm.weight", 1)]
    [InlineData("norm.bias", 0)]
    [InlineData("block.conv2.weight", 0)]
    public void Norms_begin_as_the_identity_and_closing_layers_at_zero(string name, float expected)
    {
        using var scope = NewDisposeScope();
        Read(new InitialWeights(1, "conv2.weight"), name, name.Contains("conv") ? [8, 8, 3, 3] : [8]).eq(expected).all().item<bool>().Should().BeTrue();
    }

    [Fact]
    public void Embeddings_are_normal_and_narrow()
    {
        using var scope = NewDisposeScope();
        Read(new InitialWeights(1), "text_model.embeddings.token_embedding.weight", 500, 32).std().item<float>().Should().BeApproximately(0.02f, 1e-3f);
    }

    [Fact]
    public void Joined_sources_read_each_key_from_the_first_that_has_it()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        SafetensorsWriter.Write(folder["first"], new Dictionary<string, Tensor> { ["a"] = zeros(2), ["b"] = zeros(2) });
        SafetensorsWriter.Write(folder["second"], new Dictionary<string, Tensor> { ["b"] = ones(2), ["c"] = ones(2) });
        using var first = new SafetensorsFile(folder["first"]);
        using var second = new SafetensorsFile(folder["second"]);
        var joined = new JoinedWeights(first, second);
        joined.Entries!.Keys.Should().BeEquivalentTo("a", "b", "c");
        Read(joined, "b", 2).sum().item<float>().Should().Be(0);
        Read(joined, "c", 2).sum().item<float>().Should().Be(2);
        var read = () => Read(joined, "d", 2);
        read.Should().Throw<CheckpointException>().WithMessage("*'d'*");
        var rule = () => new JoinedWeights(first, new InitialWeights(1));
        rule.Should().Throw<InvalidOptionException>();
    }

    private static Tensor Read(IWeightSource source, string name, params long[] shape) => source.Read(name, shape, ScalarType.Float32, CPU);

    private static bool Same(Tensor a, Tensor b) => a.equal(b).all().item<bool>();
}
