using MaskUNet.Checkpoints;
using MaskUNet.Latents;
using MaskUNet.Tests.TestSupport;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Latents;

[LeavesNoTensors]
public class AutoencoderKLTests
{
    private const double Float64Tolerance = 1e-6; // the truth is stored as float32

    public static IEnumerable<object[]> Cases() =>
        from pipeline in VaeFixtures.Pipelines("vae")
        from number in VaeFixtures.Outputs(pipeline, "vae").Select(output => output.Key.Split('/')[0]).Distinct()
        from dataType in (ScalarType[])[ScalarType.Float32, ScalarType.Float64]
        select new object[] { pipeline, number, dataType };

    [FixtureTheory(VaeFixtures.Area)]
    [MemberData(nameof(Cases))]
    public void Decodes_as_the_reference_does(string pipeline, string number, ScalarType dataType)
    {
        using var scope = NewDisposeScope();
        using var model = VaeFixtures.Load(pipeline, dataType);
        var recorded = VaeFixtures.Recording(pipeline, "vae");
        var latents = recorded[$"{number}/latents"].to(dataType).requires_grad_();

        var decoded = model.Decode(latents);
        (decoded * recorded[$"{number}/decode_weight"]).sum().backward();

        Check(pipeline, $"{number}/decoded", decoded);
        Check(pipeline, $"{number}/grad_latents", latents.grad!);
        using (no_grad())
        {
            Check(pipeline, $"{number}/decoded", model.Decode(latents));
        }
    }

    [FixtureTheory(VaeFixtures.Area)]
    [MemberData(nameof(Cases))]
    public void Encodes_as_the_reference_does(string pipeline, string number, ScalarType dataType)
    {
        using var scope = NewDisposeScope();
        using var model = VaeFixtures.Load(pipeline, dataType);
        var recorded = VaeFixtures.Recording(pipeline, "vae");
        var image = recorded[$"{number}/image"].to(dataType).requires_grad_();

        var distribution = model.Encode(image);
        (distribution.Mean * recorded[$"{number}/encode_weight"]).sum().backward();

        Check(pipeline, $"{number}/mean", distribution.Mean);
        Check(pipeline, $"{number}/logvar", distribution.LogVariance);
        Check(pipeline, $"{number}/sample", distribution.Sample(new FixedNoise(recorded[$"{number}/noise"])));
        Check(pipeline, $"{number}/grad_image", image.grad!);
        using (no_grad())
        {
            Check(pipeline, $"{number}/mean", model.Encode(image).Mean);
        }
    }

    [Fact]
    public void Runs_on_the_meta_device_without_values()
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        using var model = new AutoencoderKL(AutoencoderKLConfig.StableDiffusion, new MetaWeights(), device: META);

        var decoded = model.Decode(zeros([1, 4, 64, 72]));
        var encoded = model.Encode(zeros([1, 3, 512, 576]));

        decoded.device_type.Should().Be(DeviceType.META);
        decoded.shape.Should().Equal(1, 3, 512, 576);
        encoded.Mean.shape.Should().Equal(1, 4, 64, 72);
    }

    [Fact]
    public void Gradients_reach_the_weights()
    {
        using var scope = NewDisposeScope();
        using var model = new AutoencoderKL(AutoencoderKLConfig.StableDiffusion with { BlockOutChannels = [4, 8, 8, 8], NormNumGroups = 2 }, new FormulaWeights());
        foreach (var weight in model.Weights.Values)
        {
            weight.requires_grad_();
        }

        var encoded = model.Encode(FormulaWeights.InputTensor("image", 1, 3, 16, 16));
        (model.Decode(encoded.Mean).square().sum() + encoded.LogVariance.sum()).backward();

        model.Weights.Where(weight => weight.Value.grad is null || weight.Value.grad.abs().sum().item<float>() == 0)
            .Select(weight => weight.Key)
            .Where(key => !key.EndsWith("to_k.bias", StringComparison.Ordinal)) // softmax does not see it, so its gradient is rounding
            .Should().BeEmpty();
    }

    [Fact]
    public void A_call_leaves_no_tensor_behind()
    {
        using var outer = NewDisposeScope();
        using var quiet = no_grad();
        using var model = new AutoencoderKL(AutoencoderKLConfig.StableDiffusion with { BlockOutChannels = [32, 32, 32, 32] }, new FormulaWeights());
        var latents = FormulaWeights.InputTensor("latents", 1, 4, 8, 8);
        var image = FormulaWeights.InputTensor("image", 1, 3, 64, 64);
        var before = outer.DisposablesCount;

        model.Decode(latents).Dispose();
        var (mean, logVariance) = model.Encode(image);
        mean.Dispose();
        logVariance.Dispose();

        outer.DisposablesCount.Should().Be(before);
    }

    [Theory]
    [InlineData("[1, 3, 8, 8]", 1, 3, 8, 8)]
    [InlineData("[4, 8, 8]", 4, 8, 8)]
    [InlineData("[1, 4, 0, 8]", 1, 4, 0, 8)]
    public void Latents_of_another_shape_are_refused(string named, params int[] shape)
    {
        using var scope = NewDisposeScope();
        using var model = new AutoencoderKL(AutoencoderKLConfig.StableDiffusion, new MetaWeights(), device: META);
        var decode = () => model.Decode(zeros([.. shape.Select(size => (long)size)]));
        decode.Should().Throw<InvalidOptionException>().WithMessage($"*latents*{named}*");
    }

    [Fact]
    public void Pictures_whose_size_is_no_multiple_of_eight_are_refused()
    {
        using var scope = NewDisposeScope();
        using var model = new AutoencoderKL(AutoencoderKLConfig.StableDiffusion, new MetaWeights(), device: META);
        var encode = () => model.Encode(zeros([1, 3, 64, 60]));
        encode.Should().Throw<InvalidOptionException>().WithMessage("*multiples of 8*[1, 3, 64, 60]*");
    }

    private static void Check(string pipeline, string name, Tensor ours)
    {
        var tolerance = ours.dtype == ScalarType.Float64
            ? Float64Tolerance
            : (double)VaeFixtures.Outputs(pipeline, "vae")[name]!["rel_tolerance"]!;
        ours.ShouldMatch(VaeFixtures.Recording(pipeline, "vae")[name], tolerance, $"{pipeline} {name}");
    }

    private sealed class FixedNoise(Tensor noise) : INoiseSource
    {
        public Tensor Draw(ReadOnlySpan<long> shape, ScalarType dataType, Device device) => noise.to(dataType, device);
    }
}
