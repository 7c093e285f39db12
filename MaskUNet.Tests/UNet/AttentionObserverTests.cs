using System.Text.Json.Nodes;
using MaskUNet.Masking;
using MaskUNet.Tests.TestSupport;
using MaskUNet.UNet;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Tests.UNet;

public class AttentionObserverTests
{
    public static IEnumerable<object[]> Recordings => RecordedPipelines.Recordings("attention");

    [FixtureTheory(RecordedPipelines.Area)]
    [MemberData(nameof(Recordings))]
    public void Attention_probabilities_and_the_gradient_through_them_are_the_recorded_ones(string pipeline, string recording)
    {
        using var scope = NewDisposeScope();
        var (index, tensors) = RecordedPipelines.Open(pipeline, recording);
        using var unet = RecordedPipelines.UNet(pipeline);
        var observer = new Recorder([.. index["layers"]!.AsArray().Select(layer => (string)layer!)]);
        var sample = tensors["sample"].requires_grad_();
        var input = new UNetInput(sample, tensor([(float)index["timestep"]!]), tensors["encoder_hidden_states"]) { Observer = observer };

        var output = unet.Decode(unet.Encode(input, NoMasks.Instance), NoMasks.Instance);

        output.ShouldMatch(tensors["output"], RecordedPipelines.Tolerance(index, "output"), "output");
        foreach (var (layer, probabilities) in observer.Seen)
        {
            probabilities.ShouldMatch(tensors["probs/" + layer], RecordedPipelines.Tolerance(index, "probs/" + layer), layer);
        }

        observer.Seen.Keys.Should().BeEquivalentTo(index["layers"]!.AsArray().Select(layer => (string)layer!));
        Loss(index, observer, sample.shape[0]).backward();
        sample.grad!.ShouldMatch(tensors["grad/sample"], RecordedPipelines.Tolerance(index, "grad/sample"), "grad/sample");
    }

    // Sum over samples of 1 - max over queries of the heads' mean attention to the token, at the layer that the recording's text names.
    private static Tensor Loss(JsonNode index, Recorder observer, long batch)
    {
        var text = (string)index["loss"]!;
        var probabilities = observer.Seen.Single(seen => text.Contains("probs/" + seen.Key, StringComparison.Ordinal)).Value;
        var toToken = probabilities.view(batch, -1, probabilities.shape[1], probabilities.shape[2]).select(3, (long)index["token"]!);
        return (1 - toToken.mean([1]).amax(1)).sum();
    }

    private sealed class Recorder(IReadOnlyList<string> layers) : IAttentionObserver
    {
        public Dictionary<string, Tensor> Seen { get; } = [];

        public bool Wants(string layer) => layers.Contains(layer);

        public void Observe(string layer, Tensor probabilities) => Seen[layer] = probabilities.DetachFromDisposeScope();
    }
}
