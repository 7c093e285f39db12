using System.Runtime.InteropServices;
using MaskUNet.Latents;
using MaskUNet.Runtime;
using MaskUNet.Tests.TestSupport;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Latents;

public class TilingTests
{
    private const double Float64Tolerance = 1e-10; // the same arithmetic, summed in another order
    private const double Float32Tolerance = 1e-5;

    [Theory]
    [InlineData(1, 8, 8, 64)]
    [InlineData(1, 9, 7, 100)]
    [InlineData(2, 5, 13, 1)]
    [InlineData(1, 17, 11, 333)]
    public void Decoding_strips_gives_what_decoding_the_whole_gives(long batch, long height, long width, long stripPixels)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        foreach (var (dataType, tolerance) in ((ScalarType, double)[])[(ScalarType.Float64, Float64Tolerance), (ScalarType.Float32, Float32Tolerance)])
        {
            using var whole = Model(dataType, new TilingOptions { Mode = TilingMode.Never });
            using var strips = Model(dataType, new TilingOptions { Mode = TilingMode.Always, StripPixels = stripPixels });
            var latents = FormulaWeights.InputTensor("latents", batch, 4, height, width);

            strips.Decode(latents).ShouldMatch(whole.Decode(latents), tolerance, $"{dataType}");
        }
    }

    [Theory]
    [InlineData(1, 64, 64, 64)]
    [InlineData(1, 72, 56, 100)]
    [InlineData(2, 40, 104, 1)]
    [InlineData(1, 136, 88, 333)]
    public void Encoding_strips_gives_what_encoding_the_whole_gives(long batch, long height, long width, long stripPixels)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        foreach (var (dataType, tolerance) in ((ScalarType, double)[])[(ScalarType.Float64, Float64Tolerance), (ScalarType.Float32, Float32Tolerance)])
        {
            using var whole = Model(dataType, new TilingOptions { Mode = TilingMode.Never });
            using var strips = Model(dataType, new TilingOptions { Mode = TilingMode.Always, StripPixels = stripPixels });
            var images = FormulaWeights.InputTensor("images", batch, 3, height, width);

            var (ours, truth) = (strips.Encode(images), whole.Encode(images));

            ours.Mean.ShouldMatch(truth.Mean, tolerance, $"{dataType} mean");
            ours.LogVariance.ShouldMatch(truth.LogVariance, tolerance, $"{dataType} log variance");
        }
    }

    public static IEnumerable<object[]> Cases() => AutoencoderKLTests.Cases();

    [FixtureTheory(VaeFixtures.Area)]
    [MemberData(nameof(Cases))]
    public void Strips_are_decoded_and_encoded_as_the_reference_does(string pipeline, string number, ScalarType dataType)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var tiling = new TilingOptions { Mode = TilingMode.Always, StripPixels = 100 };
        using var model = new AutoencoderKL(VaeFixtures.Config(pipeline), VaeFixtures.Weights(pipeline), dataType, tiling: tiling);
        var recorded = VaeFixtures.Recording(pipeline, "vae");

        Check("decoded", model.Decode(recorded[$"{number}/latents"]));
        var (mean, logVariance) = model.Encode(recorded[$"{number}/image"]);
        Check("mean", mean);
        Check("logvar", logVariance);

        void Check(string name, Tensor ours) => ours.ShouldMatch(
            recorded[$"{number}/{name}"], (double)VaeFixtures.Outputs(pipeline, "vae")[$"{number}/{name}"]!["rel_tolerance"]!, $"{pipeline} {number} {name}");
    }

    [Fact]
    public void Gradients_flow_though_strips_were_asked_for()
    {
        using var scope = NewDisposeScope();
        using var model = Model(ScalarType.Float32, new TilingOptions { Mode = TilingMode.Always, StripPixels = 64 });
        var latents = FormulaWeights.InputTensor("latents", 1, 4, 4, 4).requires_grad_();

        model.Decode(latents).sum().backward();

        latents.grad!.abs().sum().item<float>().Should().BeGreaterThan(0);
    }

    [Fact]
    public void Strips_leave_no_tensor_behind()
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        using var model = Model(ScalarType.Float32, new TilingOptions { Mode = TilingMode.Always, StripPixels = 64 });
        var (latents, images) = (FormulaWeights.InputTensor("latents", 2, 4, 8, 8), FormulaWeights.InputTensor("images", 2, 3, 64, 64));
        Run();
        var (inScope, live) = (scope.DisposablesCount, DisposeScopeManager.Statistics.ThreadTotalLiveCount);

        Run();

        (scope.DisposablesCount, DisposeScopeManager.Statistics.ThreadTotalLiveCount).Should().Be((inScope, live));

        void Run()
        {
            model.Decode(latents).Dispose();
            var (mean, logVariance) = model.Encode(images);
            mean.Dispose();
            logVariance.Dispose();
        }
    }

    [Theory]
    [InlineData("[enforce fail at alloc_cpu.cpp:114] . DefaultCPUAllocator: can't allocate memory: you tried to allocate 68719476736 bytes.")]
    [InlineData("CUDA out of memory. Tried to allocate 2.00 GiB.")]
    public void When_memory_runs_out_the_frugal_way_is_taken(string message)
    {
        TensorMemory.Run("decoding", () => throw Native(message), () => "strips").Should().Be("strips");

        var twice = () => TensorMemory.Run<int>("decoding", () => throw Native(message), () => throw Native(message));
        twice.Should().Throw<TensorMemoryException>().WithMessage("*decoding*").WithInnerException<ExternalException>();

        var withoutFrugal = () => TensorMemory.Run<int>("decoding", () => throw Native(message));
        withoutFrugal.Should().Throw<TensorMemoryException>();
    }

    [Fact]
    public void Other_failures_are_not_taken_for_a_lack_of_memory()
    {
        var work = () => TensorMemory.Run("decoding", () => throw Native("The size of tensor a (2) must match"), () => 0);
        work.Should().Throw<ExternalException>().WithMessage("*must match*");
    }

    [Fact]
    public void Libtorch_s_own_failure_is_recognised()
    {
        using var scope = NewDisposeScope();
        var allocate = () => TensorMemory.Run("a tensor of an exabyte", () => empty([1L << 58], float32));
        allocate.Should().Throw<TensorMemoryException>().WithMessage("*exabyte*");
    }

    [Theory]
    [InlineData(TilingMode.Automatic, -1, 1)]
    [InlineData(TilingMode.Automatic, 0, 0)]
    [InlineData((TilingMode)7, 0, 1)]
    public void Options_out_of_range_are_refused(TilingMode mode, long wholePixels, long stripPixels)
    {
        var build = () => Model(ScalarType.Float32, new TilingOptions { Mode = mode, WholePixels = wholePixels, StripPixels = stripPixels });
        build.Should().Throw<InvalidOptionException>().WithMessage($"*{mode}*");
    }

#pragma warning disable CA2201 // libtorch's failures do come as this type
    private static ExternalException Native(string message) => new(message);
#pragma warning restore CA2201

    private static AutoencoderKL Model(ScalarType dataType, TilingOptions tiling) =>
        new(AutoencoderKLConfig.StableDiffusion with { BlockOutChannels = [8, 16, 16, 16], NormNumGroups = 4, LayersPerBlock = 1 }, new FormulaWeights(), dataType, tiling: tiling);
}
