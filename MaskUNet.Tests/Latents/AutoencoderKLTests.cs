using MaskUNet.Latents;
using MaskUNet.Tests.TestSupport;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Latents;

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
