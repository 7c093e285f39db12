using MaskUNet.Masking;
using MaskUNet.Tests.Masking;
using MaskUNet.Tests.TestSupport;
using MaskUNet.UNet;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Tests.UNet;

[LeavesNoTensors]
public class DecoderCheckpointsTests
{
    private const string Area = RecordedMaskModel.Area;

    [FixtureTheory(Area)]
    [InlineData(ScalarType.Float32, MaskNoiseSource.Counter)]
    [InlineData(ScalarType.Float64, MaskNoiseSource.PyTorch)]
    public void Prediction_and_gradients_are_those_of_the_plain_way_bit_for_bit(ScalarType type, MaskNoiseSource source)
    {
        using var plain = new Search(type, source, MaskTargets.DecoderAttention + MaskTargets.FeedForward.InDecoder());
        using var staged = new Search(type, source, MaskTargets.DecoderAttention + MaskTargets.FeedForward.InDecoder());
        plain.Run(wanted: false).Should().BeFalse();
        staged.Run(wanted: true).Should().BeTrue();
        staged.Prediction.ShouldEqualBitForBit(plain.Prediction, "prediction");
        foreach (var (layer, logits) in staged.Logits)
        {
            using var scope = NewDisposeScope();
            logits.grad!.count_nonzero().item<long>().Should().BePositive(layer);
            logits.grad!.ShouldEqualBitForBit(plain.Logits[layer].grad!, layer);
        }
    }

    [FixtureFact(Area)]
    public void Each_mask_is_drawn_once()
    {
        using var search = new Search(ScalarType.Float32, MaskNoiseSource.Counter, MaskTargets.DecoderAttention);
        search.Run(wanted: true);
        search.Drawn.Should().Equal(search.Logits.Keys);
    }

    [FixtureFact(Area)]
    public void Small_pictures_and_those_that_are_looked_at_go_the_plain_way()
    {
        using var search = new Search(ScalarType.Float32, MaskNoiseSource.Counter, MaskTargets.DecoderAttention);
        search.Run(wanted: null).Should().BeFalse();
        search.Run(wanted: true, observer: new Bored()).Should().BeFalse();
    }

    [FixtureFact(Area)]
    public void Where_the_encoder_half_is_masked_too_one_backward_pass_does_it_all()
    {
        using var search = new Search(ScalarType.Float32, MaskNoiseSource.Counter, MaskTargets.Attention);
        using var scope = NewDisposeScope();
        search.Run(wanted: true).Should().BeFalse();
        search.Logits.Should().AllSatisfy(layer => layer.Value.grad.Should().NotBeNull());
        search.Logits.Keys.Should().Contain(layer => layer.StartsWith("down_blocks", StringComparison.Ordinal));
    }

    [FixtureFact(Area)]
    public void It_stops_between_stages_and_leaves_nothing()
    {
        using var search = new Search(ScalarType.Float32, MaskNoiseSource.Counter, MaskTargets.DecoderAttention);
        search.Invoking(s => s.Run(wanted: true, cancellation: new CancellationToken(canceled: true))).Should().Throw<OperationCanceledException>();
    }

    /// <summary>The gradient of a prediction's square by the logits.</summary>
    private sealed class Search : IDisposable
    {
        private readonly UNet2DConditionModel unet;
        private readonly IMaskNoise noise;
        private readonly MaskTargetSet targets;
        private readonly ScalarType type;

        public Search(ScalarType type, MaskNoiseSource source, MaskTargets rule)
        {
            this.type = type;
            unet = RecordedMaskModel.UNet(type);
            noise = MaskNoise.Create(source, [7]);
            targets = rule.Of(unet);
            Logits = targets.Layers.ToDictionary(
                layer => layer.Name,
                layer => full([.. layer.Shape], 1, type, requires_grad: true).DetachFromDisposeScope());
        }

        public Dictionary<string, Tensor> Logits { get; }

        public List<string> Drawn { get; } = [];

        public Tensor Prediction { get; private set; } = zeros(0);

        /// <returns>Whether the decoder half went by stages.</returns>
        public bool Run(bool? wanted, IAttentionObserver? observer = null, CancellationToken cancellation = default)
        {
            using var scope = NewDisposeScope();
            using var recording = enable_grad();
            using var masks = new DecoderCheckpoints(
                new ObservedMasks(new LogitMasks(targets, Logits, new GumbelSigmoid(), noise, evaluation: 0), (layer, _) => Drawn.Add(layer.Name)), wanted);
            var features = unet.Encode(RecordedMaskModel.Step0(type) with { Observer = observer }, masks);
            var prediction = unet.Decode(features, masks);
            Prediction.Dispose();
            Prediction = prediction.detach().clone().DetachFromDisposeScope();
            (prediction.chunk(2)[1] * prediction).square().sum().backward();
            masks.Backward(cancellation);
            return masks.IsUsed;
        }

        public void Dispose()
        {
            Prediction.Dispose();
            noise.Dispose();
            unet.Dispose();
            foreach (var logits in Logits.Values)
            {
                logits.Dispose();
            }
        }
    }

    private sealed class Bored : IAttentionObserver
    {
        public bool Wants(string layer) => false;

        public void Observe(string layer, Tensor probabilities) => throw new NotSupportedException();
    }
}
