using MaskUNet.Masking;
using MaskUNet.Tests.Masking.TrainingBased;
using MaskUNet.Tests.TestSupport;
using MaskUNet.UNet;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Masking;

[LeavesNoTensors]
public class LogitMasksTests
{
    private const string Area = RecordedMaskModel.Area;

    [FixtureFact(Area)]
    public void One_mask_for_the_whole_batch_gives_the_recorded_prediction_masks_and_gradients()
    {
        using var scope = NewDisposeScope();
        var index = Fixtures.Json(Area, "static-forward.json");
        var file = new RecordedTensors(Area, "static-forward.safetensors");
        var tolerance = (double)index["float32_error"]!["tolerance"]!;
        using var unet = RecordedMaskModel.UNet();
        var targets = MaskTargets.DecoderAttention.Of(unet);
        var logits = targets.Layers.ToDictionary(
            layer => layer.Name,
            layer => tensor(FormulaWeights.Input($"{(string)index["tag"]!}/static/logits/{Key(layer)}", layer.Count, -1, 3)).reshape([.. layer.Shape]).requires_grad_());
        using var noise = new PyTorchMaskNoise((long)index["seed"]!);
        var masks = new Spy(new LogitMasks(targets, logits, new GumbelSigmoid(), noise, evaluation: 0));
        var latents = file["latents"];
        var prediction = unet.Decode(unet.Encode(new UNetInput(cat([latents, latents]), tensor([(long)index["timestep"]!]), file["prompt"]), NoMasks.Instance), masks);
        prediction.ShouldMatchRecorded(file, index, "eps", tolerance);

        var (sigma, alpha, guidance) = ((double)index["sigma"]!, (double)index["alpha"]!, (double)index["guidance"]!);
        var original = (latents - ((prediction[..1] + ((prediction[1..] - prediction[..1]) * guidance)) * (sigma * alpha))) / alpha;
        original.ShouldMatchRecorded(file, index, "x0", tolerance);
        var loss = (file["cotangent"] * original).mean();
        ((double)loss.item<float>()).Should().BeApproximately((double)index["loss"]!, 1e-4);
        loss.backward();
        foreach (var layer in targets.Layers)
        {
            var key = Key(layer);
            masks.Drawn[layer.Name].Should().Equal(RecordedMaskModel.Unpack(file["mask/" + key], layer.Count), key);
            logits[layer.Name].grad!.ShouldMatchRecorded(file, index, "grad/" + key, tolerance);
        }
    }

    private static string Key(MaskableLayer layer) => RecordedLearnedMasks.Key(layer).Replace('.', '_');

    private sealed class Spy(IMaskGenerator masks) : IMaskGenerator, ILayerMasks
    {
        public Dictionary<string, bool[]> Drawn { get; } = [];

        public bool MasksEncoder => masks.MasksEncoder;

        public ILayerMasks Begin(MaskedBlock block) => this;

        public Tensor? For(MaskableLayer layer)
        {
            var mask = ((ILayerMasks)masks).For(layer);
            if (mask is not null)
            {
                Drawn[layer.Name] = [.. mask.to(ScalarType.Bool).data<bool>()];
            }

            return mask;
        }
    }
}
