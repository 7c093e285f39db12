using System.Text.Json.Nodes;
using MaskUNet.Latents;
using MaskUNet.Tests.TestSupport;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Latents;

/// <summary>The real architecture on formula weights.</summary>
[Trait("Category", "FullSize")]
public class AutoencoderKLFullSizeTests
{
    private const double Tolerance = 1e-5; // the README of the fixtures: noise is 1e-6

    private static JsonNode Index => Fixtures.Json("fullsize", "vae.json");

    private static RecordedTensors Recorded => new("fullsize", "vae.safetensors");

    [FixtureFact("fullsize")]
    public void Has_the_reference_s_parameters()
    {
        using var model = new AutoencoderKL(Config(), new MaskUNet.Checkpoints.MetaWeights());
        model.Weights.Values.Sum(weight => weight.numel()).Should().Be((long)Index["parameters"]!);
    }

    [FixtureFact("fullsize")]
    public void Decodes_as_the_reference_does()
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        using var model = new AutoencoderKL(Config(), new FormulaWeights());
        foreach (var @case in Index["decode"]!.AsArray())
        {
            var id = (string)@case!["id"]!;
            var decoded = model.Decode(FormulaWeights.InputTensor((string)@case["input"]!, Longs(@case["shape"]!)));

            var stride = (long)@case["stride"]!;
            decoded.slice(2, 0, decoded.shape[2], stride).slice(3, 0, decoded.shape[3], stride)
                .ShouldMatch(Recorded[$"{id}/strided"], Tolerance, $"{id}/strided");
            var size = (long)@case["crop_size"]!;
            foreach (var (name, corner) in @case["crops_yx"]!.AsObject())
            {
                var (y, x) = (Longs(corner!)[0], Longs(corner!)[1]);
                decoded.narrow(2, y, size).narrow(3, x, size).ShouldMatch(Recorded[$"{id}/crop/{name}"], Tolerance, $"{id}/crop/{name}");
            }
        }
    }

    [FixtureFact("fullsize")]
    public void Encodes_as_the_reference_does()
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        using var model = new AutoencoderKL(Config(), new FormulaWeights());
        var encode = Index["encode"]!;
        var range = encode["input_range"]!.AsArray().Select(bound => (double)bound!).ToArray();
        var shape = Longs(encode["shape"]!);
        var image = tensor(FormulaWeights.Input((string)encode["input"]!, shape.Aggregate(1L, (a, b) => a * b), range[0], range[1])).reshape(shape);

        var distribution = model.Encode(image);

        distribution.Mean.ShouldMatch(Recorded["e/mean"], Tolerance, "mean");
        distribution.LogVariance.ShouldMatch(Recorded["e/logvar"], Tolerance, "logvar");
    }

    [FixtureFact("fullsize")]
    public void Gives_latents_the_reference_s_gradient()
    {
        using var scope = NewDisposeScope();
        using var model = new AutoencoderKL(Config(), new FormulaWeights());
        var gradient = Index["gradient"]!;
        var names = gradient["inputs"]!.AsArray().Select(name => (string)name!).ToArray();
        var latent = FormulaWeights.InputTensor(names[0], Longs(gradient["shape"]!)).requires_grad_();

        var decoded = model.Decode(latent);
        (decoded * FormulaWeights.InputTensor(names[1], decoded.shape)).sum().backward();

        latent.grad!.ShouldMatch(Recorded["g/grad_latent"], Tolerance, "grad_latent");
    }

    private static AutoencoderKLConfig Config() => AutoencoderKLConfig.Parse(Index["config"]!.AsObject());

    private static long[] Longs(JsonNode array) => [.. array.AsArray().Select(size => (long)size!)];
}
