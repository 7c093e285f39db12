using System.Text.Json.Nodes;
using MaskUNet.Masking;
using MaskUNet.Tests.TestSupport;
using MaskUNet.UNet;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Tests.UNet;

/// <summary>SD 1.5 and 2.1 at real size on formula weights.</summary>
[Trait("Category", "FullSize")]
public class UNetFullSizeTests
{
    private const string Area = "fullsize";

    // As the fixtures' README asks: at the general 1e-4 a wrong epsilon would pass.
    private const double OutputTolerance = 1e-5;
    private const double ParameterGradientTolerance = 5e-5;

    public static IEnumerable<object[]> Models => Fixtures.Has(Area)
        ? Directory.GetFiles(Fixtures.Path(Area), "unet*.json").Order().Select(file => new object[] { Path.GetFileNameWithoutExtension(file) })
        : [];

    [FixtureTheory(Area)]
    [MemberData(nameof(Models))]
    public void Outputs_and_gradients_are_the_recorded_ones(string model)
    {
        using var scope = NewDisposeScope();
        var index = Fixtures.Json(Area, model + ".json");
        var recorded = new RecordedTensors(Area, model + ".safetensors");
        using var unet = new UNet2DConditionModel(UNet2DConditionConfig.Parse(index["config"]!.AsObject(), model), new FormulaWeights());
        unet.Weights.Values.Sum(weight => weight.numel()).Should().Be((long)index["parameters"]!);

        foreach (var test in index["cases"]!.AsArray())
        {
            using var inner = NewDisposeScope();
            using var frozen = no_grad();
            var id = (string)test!["id"]!;
            Predict(unet, Input(unet, test)).ShouldMatch(recorded[id + "/out"], OutputTolerance, id);
        }

        if (index["gradient"] is { } gradient)
        {
            CheckGradients(unet, gradient, recorded);
        }
    }

    private static void CheckGradients(UNet2DConditionModel unet, JsonNode gradient, RecordedTensors recorded)
    {
        using var scope = NewDisposeScope();
        var names = gradient["parameters"]!.AsArray().Select(parameter => (string)parameter!["name"]!).ToList();
        names.ForEach(name => unet.Weights[name].requires_grad_());
        var input = Input(unet, gradient);
        input.Sample.requires_grad_();
        input.EncoderHiddenStates.requires_grad_();
        var output = Predict(unet, input);
        output.ShouldMatch(recorded["g/out"], OutputTolerance, "g/out");
        (output * FormulaWeights.InputTensor((string)gradient["inputs"]![2]!, output.shape)).sum().backward();

        input.Sample.grad!.ShouldMatch(recorded["g/grad_sample"], OutputTolerance, "g/grad_sample");
        input.EncoderHiddenStates.grad!.narrow(1, 0, recorded["g/grad_text_tokens_0_9"].shape[1])
            .ShouldMatch(recorded["g/grad_text_tokens_0_9"], OutputTolerance, "g/grad_text_tokens_0_9");
        foreach (var parameter in gradient["parameters"]!.AsArray())
        {
            var name = (string)parameter!["name"]!;
            var ours = unet.Weights[name].grad!;
            var first = recorded["g/grad/" + name];
            ours.contiguous().view(-1).narrow(0, 0, first.numel()).ShouldMatch(first, ParameterGradientTolerance, name);
            ours.to(float64).norm().item<double>().Should().BeApproximately((double)parameter["norm"]!, ParameterGradientTolerance * (double)parameter["norm"]!);
        }
    }

    private static Tensor Predict(UNet2DConditionModel unet, UNetInput input) => unet.Decode(unet.Encode(input, NoMasks.Instance), NoMasks.Instance);

    private static UNetInput Input(UNet2DConditionModel unet, JsonNode test)
    {
        var batch = (long)test["batch"]!;
        return new UNetInput(
            FormulaWeights.InputTensor((string)test["inputs"]![0]!, batch, unet.InChannels, (long)test["h"]!, (long)test["w"]!),
            tensor([(float)test["t"]!]),
            FormulaWeights.InputTensor((string)test["inputs"]![1]!, batch, 77, unet.Config.CrossAttentionDim));
    }
}
