using MaskUNet.Latents;
using MaskUNet.Masking;
using MaskUNet.Rewards;
using MaskUNet.Tests.TestSupport;
using MaskUNet.UNet;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Masking.TrainingFree;

[LeavesNoTensors]
public class RecordedTrainingFreeTests
{
    private const string Area = RecordedMaskModel.Area;

    public static IEnumerable<object[]> Cases => RecordedTrainingFree.Names.Select(name => new object[] { name });

    [FixtureTheory(Area)]
    [MemberData(nameof(Cases))]
    public async Task Every_evaluation_of_a_recorded_run_is_met_in_float64_and_its_masks_bit_for_bit(string name)
    {
        var recorded = new RecordedTrainingFree(name);
        var truth = recorded.Tensors;
        var found = new Found();
        using var rewards = StandInRewards.Create(truth, found.Look);
        using var masks = new RewardGuidedMasks(rewards, recorded.Options with { Progress = found });
        using var pipeline = recorded.Pipeline(unet => found.UNet = new RecordingUNet(unet), new Watched(masks, found, recorded));
        var steps = new List<LatentSnapshot>();

        var result = await pipeline.GenerateAsync(recorded.Request, new OnProgress<GenerationProgress>(report => steps.Add(report.Latents)));

        using var scope = NewDisposeScope(); // not before: the test may go on on another thread
        found.Reports.Should().HaveCount((int)recorded.Index["evaluations"]!);
        CheckMasks(recorded, found);
        CheckReports(recorded, found);
        foreach (var (tensor, value) in found.Tensors)
        {
            using var inner = NewDisposeScope();
            recorded.Sampled(value, tensor).ShouldMatch(truth[tensor], recorded.Tolerance, tensor);
        }

        var optimised = truth.Names.Where(tensor => tensor.Split('/')[0] is "grad" or "logits_after" or "exp_avg" or "exp_avg_sq");
        found.Tensors.Keys.Should().BeEquivalentTo(optimised);
        stack(steps.Select(TensorOf)).ShouldMatch(truth["latents"], recorded.Tolerance, "latents");
        stack(found.Originals.Select(TensorOf)).ShouldMatch(truth["x0"], recorded.Tolerance, "x0");
        var image = pipeline.Decoder.Decode(TensorOf(steps[^1]).to(float64) / pipeline.Decoder.ScalingFactor).div(2).add(0.5).clamp(0, 1);
        recorded.Sampled(image, "image").ShouldMatch(truth["image"], recorded.Tolerance, "image");
        using var drawn = result.Images[0].Image.ToUnitTensor();
        (drawn - image).abs().max().item<double>().Should().BeLessThan(1.0 / 255, "the picture is what was decoded");
        found.Tensors.Values.ToList().ForEach(kept => kept.Dispose());
    }

    [FixtureTheory(Area)]
    [MemberData(nameof(Cases))]
    public void The_masks_noise_goes_on_in_PyTorchs_stream_after_the_initial_latents(string name)
    {
        using var scope = NewDisposeScope();
        var recorded = new RecordedTrainingFree(name);
        var first = recorded.Tensors["exponential_first4"];
        using var noise = PyTorchMaskNoise.After((long)recorded.Index["seed"]!, recorded.Tensors["initial_latents"].shape);
        for (var evaluation = 0; evaluation < first.shape[0]; evaluation++)
        {
            using var inner = NewDisposeScope();
            var drawn = recorded.Index["layers"]!.AsArray().Select(layer => noise
                .Exponential(new MaskDraw(evaluation, (string)layer!["name"]!), [.. layer["shape"]!.AsArray().Select(size => (long)size!)], CPU).flatten().narrow(0, 0, first.shape[2]));
            stack(drawn).ShouldEqualBitForBit(first[evaluation], $"evaluation {evaluation}");
        }
    }

    private static Tensor TensorOf(LatentSnapshot snapshot) => tensor(snapshot.Values.ToArray(), [.. snapshot.Shape]);

    private static void CheckMasks(RecordedTrainingFree recorded, Found found)
    {
        recorded.Index["layers"]!.AsArray().Select(layer => (string)layer!["name"]!).Should().Equal(found.UNet!.Layers
            .Where(layer => found.UNet.Masked.Contains(layer.Name)).Select(RecordedTrainingFree.NameOf));
        var shape = recorded.Index["packed"]!["masks"]!.AsArray().Select(size => (int)size!).ToArray();
        found.UNet.Masks.Should().HaveCount(shape[0]);
        using var packed = recorded.Tensors["masks"];
        var bits = RecordedMaskModel.Unpack(packed, (long)shape[0] * shape[1]);
        for (var evaluation = 0; evaluation < shape[0]; evaluation++)
        {
            found.UNet.Masks[evaluation].AsSpan().SequenceEqual(bits.AsSpan(evaluation * shape[1], shape[1])).Should().BeTrue($"the masks of evaluation {evaluation} are the recorded ones");
        }
    }

    private static void CheckReports(RecordedTrainingFree recorded, Found found)
    {
        using var losses = tensor(found.Reports.Select(report => (float)report.Loss).ToArray());
        using var truth = recorded.Tensors["losses"];
        losses.ShouldMatch(truth, recorded.Tolerance, "losses");
        foreach (var (evaluation, report) in recorded.Evaluations.Zip(found.Reports))
        {
            var values = report.Rewards.Single().Values;
            report.Step.Should().Be((int)evaluation["step"]! + 1);
            report.IsUpdated.Should().Be((bool?)evaluation["accepted"] == true);
            values[0].Score.Should().BeApproximately((double)evaluation["reward"]!, recorded.Tolerance);
            values[1].Loss.Should().BeApproximately((double)evaluation["hps_loss"]!, recorded.Tolerance);
        }

        var saturated = recorded.Evaluations.Where(evaluation => evaluation["saturated"] is not null).Select(evaluation => (double)evaluation["saturated"]!);
        found.Saturated.Zip(recorded.Evaluations).Where(pair => pair.Second["saturated"] is not null).Select(pair => pair.First)
            .Should().Equal(saturated, (a, b) => Math.Abs(a - b) < 1e-3);
    }

    /// <summary>What a run showed.</summary>
    private sealed class Found : IProgress<RewardGuidedProgress>
    {
        public RecordingUNet? UNet { get; set; }

        public List<RewardGuidedProgress> Reports { get; } = [];

        public List<double> Saturated { get; } = [];

        public List<LatentSnapshot> Originals { get; } = [];

        public Dictionary<string, Tensor> Tensors { get; } = [];

        public void Report(RewardGuidedProgress value) => Reports.Add(value);

        public void Look(Tensor image)
        {
            using var scope = NewDisposeScope();
            Saturated.Add((image.detach().eq(0) | image.detach().eq(1)).to(float64).mean().item<double>());
        }
    }

    /// <summary>The strategy, with a look at its state after each unit.</summary>
    private sealed class Watched(RewardGuidedMasks inner, Found found, RecordedTrainingFree recorded) : MaskStrategy
    {
        private readonly Dictionary<string, Tensor> before = [];
        private readonly Dictionary<string, string[]> wanted = recorded.Tensors.Names.GroupBy(name => name.Split('/')[^1]).ToDictionary(group => group.Key, group => group.ToArray());

        public override bool KeepsSolverHistory => inner.KeepsSolverHistory;

        public override Tensor Predict(IDenoisingStep step) => throw new NotSupportedException();

        public override IEnumerable<Tensor?> PredictInUnits(IDenoisingStep step)
        {
            foreach (var unit in inner.PredictInUnits(step))
            {
                var state = step.Run.Keep<RewardGuidedRun>(inner, () => throw new NotSupportedException());
                if (unit is null)
                {
                    Gradients(state.Logits, step.UNet);
                }
                else
                {
                    After(step, state.Logits);
                    found.Originals.Add(LatentSnapshot.Of(step.PredictOriginal(unit)));
                }

                yield return unit;
            }
        }

        public override IEnumerable<FinishedSample?> FinishInUnits(IFinishedRun run)
        {
            foreach (var moment in before.Values)
            {
                moment.Dispose();
            }

            return inner.FinishInUnits(run);
        }

        // A gradient is what AdamW's first moment has got of it: m' = 0.9 m + 0.1 g.
        private void Gradients(MaskLogits logits, IMaskedUNet unet)
        {
            foreach (var layer in unet.Layers.Where(layer => logits.Values.ContainsKey(layer.Name)))
            {
                var now = logits.Optimizer.FirstMoments[layer.Name];
                var tensor = $"grad/{found.Reports.Count - 1}/{RecordedTrainingFree.NameOf(layer)}";
                if (wanted.GetValueOrDefault(RecordedTrainingFree.NameOf(layer), []).Contains(tensor))
                {
                    found.Tensors[tensor] = ((before.TryGetValue(layer.Name, out var then) ? now - (0.9 * then) : now) / 0.1).DetachFromDisposeScope();
                }

                before.Remove(layer.Name, out var old);
                old?.Dispose();
                before[layer.Name] = now.clone().DetachFromDisposeScope();
            }
        }

        private void After(IDenoisingStep step, MaskLogits logits)
        {
            foreach (var layer in step.UNet.Layers.Where(layer => logits.Values.ContainsKey(layer.Name)))
            {
                var name = RecordedTrainingFree.NameOf(layer);
                Take($"logits_after/{step.Index}/{name}", logits.Values[layer.Name]);
                if (step.Index == step.Count - 1)
                {
                    Take($"exp_avg/{name}", logits.Optimizer.FirstMoments[layer.Name]);
                    Take($"exp_avg_sq/{name}", logits.Optimizer.SecondMoments[layer.Name]);
                }
            }

            void Take(string tensor, Tensor value)
            {
                if (recorded.Tensors.Has(tensor))
                {
                    found.Tensors[tensor] = value.detach().clone().DetachFromDisposeScope();
                }
            }
        }
    }

    /// <summary>A U-Net that notes the masks it is given.</summary>
    private sealed class RecordingUNet(IMaskedUNet inner) : IMaskedUNet
    {
        public List<bool[]> Masks { get; } = [];

        public HashSet<string> Masked { get; } = [];

        public IReadOnlyList<MaskableLayer> Layers => inner.Layers;

        public int InChannels => inner.InChannels;

        public ScalarType DataType => inner.DataType;

        public Device Device => inner.Device;

        public Tensor Weight(MaskableLayer layer) => inner.Weight(layer);

        public UNetFeatures Encode(UNetInput input, IMaskGenerator masks) => inner.Encode(input, masks);

        public Tensor Decode(UNetFeatures features, IMaskGenerator masks)
        {
            var noting = new Noting(masks, this);
            var prediction = inner.Decode(features, noting);
            Masks.Add([.. noting.Bits]);
            return prediction;
        }

        public void Dispose() => inner.Dispose();

        private sealed class Noting(IMaskGenerator inner, RecordingUNet unet) : IMaskGenerator
        {
            public List<bool> Bits { get; } = [];

            public bool MasksEncoder => inner.MasksEncoder;

            public ILayerMasks Begin(MaskedBlock block) => new NotingLayers(inner.Begin(block), this, unet);
        }

        private sealed class NotingLayers(ILayerMasks inner, Noting block, RecordingUNet unet) : ILayerMasks
        {
            public Tensor? For(MaskableLayer layer)
            {
                var mask = inner.For(layer);
                if (mask is not null)
                {
                    using var scope = NewDisposeScope();
                    block.Bits.AddRange(mask.detach().to(ScalarType.Bool).contiguous().data<bool>().ToArray());
                    unet.Masked.Add(layer.Name);
                }

                return mask;
            }
        }
    }
}
