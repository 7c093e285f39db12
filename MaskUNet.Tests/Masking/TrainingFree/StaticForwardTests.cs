using MaskUNet.Masking;
using MaskUNet.Tests.TestSupport;
using MaskUNet.UNet;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Masking.TrainingFree;

[LeavesNoTensors]
public class StaticForwardTests
{
    private const string Area = RecordedMaskModel.Area;
    private const string Name = "static-forward";

    [FixtureFact(Area)]
    public void One_mask_for_the_batch_gives_the_recorded_prediction_and_gradients_and_its_bits_are_the_recorded_ones()
    {
        using var scope = NewDisposeScope();
        var recorded = new RecordedTrainingFree(Name);
        var (index, truth) = (recorded.Index, recorded.Tensors);
        using var unet = RecordedMaskModel.UNet(ScalarType.Float64);
        var targets = MaskTargets.DecoderAttention.Of(unet);
        var logits = targets.Layers.ToDictionary(layer => layer.Name, layer => Logits(layer, (string)index["tag"]!));
        using var noise = new PyTorchMaskNoise((long)index["seed"]!);
        using var recording = enable_grad();
        var masks = new Noting(new LogitMasks(targets, logits, new GumbelSigmoid(), noise, evaluation: 0));

        var latents = truth["latents"].to(float64);
        var input = new UNetInput(cat([latents, latents]), tensor([(float)index["timestep"]!]), truth["prompt"].to(float64));
        var prediction = unet.Decode(unet.Encode(input, masks), masks);
        var halves = prediction.chunk(2);
        var guided = halves[0] + ((double)index["guidance"]! * (halves[1] - halves[0]));
        var (sigma, alpha) = ((double)index["sigma"]!, (double)index["alpha"]!);
        var original = (latents - (sigma * alpha * guided)) / alpha;
        var loss = (truth["cotangent"].to(float64) * original).mean();
        loss.backward();

        prediction.ShouldMatch(truth["eps"], recorded.Tolerance, "eps");
        original.ShouldMatch(truth["x0"], recorded.Tolerance, "x0");
        loss.item<double>().Should().BeApproximately((double)index["loss"]!, 1e-4 * Math.Abs((double)index["loss"]!));
        index["layers"]!.AsArray().Select(layer => (string)layer!["name"]!).Should().Equal(targets.Layers.Select(RecordedTrainingFree.NameOf));
        foreach (var layer in targets.Layers)
        {
            using var inner = NewDisposeScope();
            var name = RecordedTrainingFree.NameOf(layer);
            recorded.Sampled(logits[layer.Name], $"logits/{name}").ShouldMatch(truth[$"logits/{name}"], 1e-6, $"logits/{name}");
            recorded.Sampled(logits[layer.Name].grad!, $"grad/{name}").ShouldMatch(truth[$"grad/{name}"], recorded.Tolerance, $"grad/{name}");
            masks.Bits[layer.Name].Should().Equal(RecordedMaskModel.Unpack(truth[$"mask/{name}"], layer.Count), name);
        }

        foreach (var tensor in logits.Values)
        {
            tensor.Dispose();
        }
    }

    private static Tensor Logits(MaskableLayer layer, string tag) =>
        tensor(FormulaWeights.Input($"{tag}/static/logits/{RecordedTrainingFree.NameOf(layer)}", layer.Count, -1, 3)).reshape([.. layer.Shape]).to(float64).requires_grad_();

    private sealed class Noting(LogitMasks inner) : IMaskGenerator, ILayerMasks
    {
        public Dictionary<string, bool[]> Bits { get; } = [];

        public bool MasksEncoder => inner.MasksEncoder;

        public ILayerMasks Begin(MaskedBlock block) => this;

        public Tensor? For(MaskableLayer layer)
        {
            var mask = inner.For(layer);
            if (mask is not null)
            {
                using var scope = NewDisposeScope();
                Bits[layer.Name] = mask.detach().to(ScalarType.Bool).contiguous().data<bool>().ToArray();
            }

            return mask;
        }
    }
}
