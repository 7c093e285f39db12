using System.Text.Json.Nodes;
using MaskUNet.Masking;
using MaskUNet.Tests.TestSupport;
using MaskUNet.Training;
using MaskUNet.UNet;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Masking.TrainingBased;

[LeavesNoTensors]
public class MaskedForwardTests
{
    private const string Area = RecordedLearnedMasks.Area;
    private const string Forward = "masked-forward";

    public static IEnumerable<object[]> Ablations => Fixtures.Has(Area)
        ? Fixtures.Json(Area, "ablation.json")["cases"]!.AsObject().Select(entry => new object[] { entry.Key })
        : [];

    [FixtureFact(Area)]
    public void Training_steps_have_the_recorded_masks_bit_for_bit_and_lead_to_the_recorded_weights()
    {
        using var scope = NewDisposeScope();
        var (index, file) = Open(Forward);
        var tolerance = (double)index["float32_error"]!["tolerance"]!;
        using var unet = RecordedMaskModel.UNet();
        using var model = RecordedLearnedMasks.Model(unet);
        var adamw = index["adamw"]!;
        var options = new TrainingOptions
        {
            LearningRate = (double)adamw["lr"]!,
            WeightDecay = (double)adamw["weight_decay"]!,
            Beta1 = (double)adamw["betas"]![0]!,
            Beta2 = (double)adamw["betas"]![1]!,
            Epsilon = (double)adamw["eps"]!,
        };
        using var optimizer = new AdamW(model.Trained, options);
        var steps = index["steps"]!.AsObject().Select(entry => entry.Key).Order(StringComparer.Ordinal).ToList();
        steps.Should().NotBeEmpty();
        for (var i = 0; i < steps.Count; i++)
        {
            using var stepScope = NewDisposeScope();
            var (prefix, step) = ($"step{steps[i]}/", index["steps"]![steps[i]]!);
            using var noise = Noise(file, prefix, (long)step["seed"]!);
            var loss = Run(unet, model, noise, file, file, index, prefix, prefix, tolerance);
            ((double)loss.item<float>()).Should().BeApproximately((double)step["loss"]!, 1e-5);
            model.Weights.Where(weight => weight.Value.grad is null).Select(weight => weight.Key)
                .Should().BeEquivalentTo(step["parameters_without_gradient"]!.AsArray().Select(name => (string)name!));
            optimizer.Step(ParameterGradients.Of(model.Trained), i + 1, options.LearningRate);
        }

        foreach (var (name, weight) in model.Weights)
        {
            weight.ShouldMatchRecorded(file, index, $"after{steps.Count}/{name}", tolerance);
        }
    }

    [FixtureTheory(Area)]
    [MemberData(nameof(Ablations))]
    public void Without_timestep_or_sample_masks_and_gradients_are_the_recorded_ones(string name)
    {
        using var scope = NewDisposeScope();
        var (index, file) = Open("ablation");
        var (_, inputs) = Open(Forward);
        using var unet = RecordedMaskModel.UNet();
        using var model = RecordedLearnedMasks.Model(unet, usesTimestep: name != "no-timestep", usesSample: name != "no-sample");
        var recorded = index["cases"]![name]!;
        using var noise = new PyTorchMaskNoise((long)recorded["seed"]!);
        var loss = Run(unet, model, noise, inputs, file, index, "step0/", name + "/", (double)index["float32_error"]!["tolerance"]!);
        ((double)loss.item<float>()).Should().BeApproximately((double)recorded["loss"]!, 1e-5);
    }

    [FixtureFact(Area)]
    public void A_masks_draw_does_not_depend_on_what_else_is_in_the_batch_and_differs_between_samples_and_timesteps()
    {
        using var scope = NewDisposeScope();
        using var without = no_grad();
        using var unet = RecordedMaskModel.UNet();
        using var model = LearnedMaskModel.Create(unet, logit: 1);
        var layer = model.Layers[0];
        var input = RecordedMaskModel.Step0();
        var both = LogitsOf(layer, model, unet, input);
        var differences = (both[0] - both[1]).abs().max().item<float>();
        differences.Should().BeGreaterThan(1e-5f, "another sample has other logits");
        var later = LogitsOf(layer, model, unet, input with { Timesteps = full_like(input.Timesteps, 7) });
        (both - later).abs().max().item<float>().Should().BeGreaterThan(1e-5f, "another timestep has other logits");
        var first = LogitsOf(layer, model, unet, new UNetInput(input.Sample[..1], input.Timesteps[..1], input.EncoderHiddenStates[..1]));
        first[0].ShouldMatch(both[0], 1e-5, "the first sample alone");
    }

    private static (JsonNode Index, RecordedTensors File) Open(string name) =>
        (Fixtures.Json(Area, name + ".json"), new RecordedTensors(Area, name + ".safetensors"));

    private static IMaskNoise Noise(RecordedTensors file, string prefix, long seed)
    {
        if (file.Names.Any(name => name.StartsWith(prefix + "exponential/", StringComparison.Ordinal)))
        {
            return new RecordedNoise(draw => file[$"{prefix}exponential/{KeyOf(draw.Layer)}"]);
        }

        return new Checked(new PyTorchMaskNoise(seed), file, prefix);
    }

    // up_blocks.1.attentions.0... to 1.attentions_0_...
    private static string KeyOf(string layer)
    {
        var parts = layer.Split('.', 3);
        return $"{parts[1]}.{parts[2].Replace('.', '_')}";
    }

    /// <summary>A pass and its backward pass, with everything that was recorded of it compared.</summary>
    private static Tensor Run(
        UNet2DConditionModel unet, LearnedMaskModel model, IMaskNoise noise, RecordedTensors inputs, RecordedTensors file, JsonNode index, string inputPrefix, string prefix, double tolerance)
    {
        using var scope = NewDisposeScope();
        foreach (var weight in model.Trained.Values)
        {
            weight.requires_grad = true;
            weight.grad = null;
        }

        UNetFeatures features;
        using (no_grad())
        {
            features = unet.Encode(RecordedLearnedMasks.Input(inputs, inputPrefix, ScalarType.Float32), NoMasks.Instance);
        }

        var compared = new RecordedLearnedMasks.Compared(model, model.Masks(new GumbelSigmoid(), noise, 0), file, index, prefix, tolerance);
        var output = unet.Decode(features, compared);
        compared.Layers.Should().Be(model.Layers.Count);
        output.ShouldMatchRecorded(file, index, prefix + "output", tolerance);
        var loss = (output - inputs[inputPrefix + "target"]).square().mean();
        loss.backward();
        var gradients = file.Names.Where(name => name.StartsWith(prefix + "grad/", StringComparison.Ordinal)).ToList();
        gradients.Should().NotBeEmpty();
        foreach (var name in gradients)
        {
            var weight = model.Weights[name[(prefix.Length + "grad/".Length)..]];
            weight.grad!.ShouldMatchRecorded(file, index, name, tolerance);
        }

        return loss.detach().MoveToOuterDisposeScope();
    }

    private static Tensor LogitsOf(MaskableLayer layer, LearnedMaskModel model, UNet2DConditionModel unet, UNetInput input)
    {
        using var scope = NewDisposeScope();
        var spy = new Spy(layer, model);
        unet.Decode(unet.Encode(input, NoMasks.Instance), spy);
        using var logits = spy.Logits!;
        return logits.clone().MoveToOuterDisposeScope();
    }

    private sealed class Spy(MaskableLayer layer, LearnedMaskModel model) : IMaskGenerator
    {
        public Tensor? Logits { get; private set; }

        public bool MasksEncoder => false;

        public ILayerMasks Begin(MaskedBlock block)
        {
            if (block.Name == layer.Block)
            {
                using var scope = NewDisposeScope();
                var z = model.Generate(model.Layout.NumberOf(block.Name), block.Hidden!, block.Skip!, block.TimeEmbedding!);
                Logits = model.AdapterOf(layer)!.Logits(z).DetachFromDisposeScope(); // the pass's scopes end before anyone looks
            }

            return NoMasks.Instance;
        }
    }

    private sealed class Checked(PyTorchMaskNoise noise, RecordedTensors file, string prefix) : IMaskNoise
    {
        public Tensor Exponential(MaskDraw draw, ReadOnlySpan<long> shape, Device device)
        {
            var drawn = noise.Exponential(draw, shape, device);
            using var scope = NewDisposeScope();
            var first = file[$"{prefix}exponential_first8/{KeyOf(draw.Layer)}"];
            drawn.flatten()[..(int)first.numel()].ShouldMatch(first, 1e-6, draw.Layer);
            return drawn;
        }

        public void Dispose() => noise.Dispose();
    }
}
