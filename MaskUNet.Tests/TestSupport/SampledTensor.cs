using System.Text.Json.Nodes;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Tests.TestSupport;

/// <summary>Tensors of which the fixtures hold every 7919th value, with shape and norm of the whole; or the whole.</summary>
internal static class SampledTensor
{
    private const long Stride = 7919;

    /// <param name="ours">The whole tensor.</param>
    /// <param name="file">The recordings.</param>
    /// <param name="index">Their JSON index, whose <c>sampled</c> says which are no wholes.</param>
    /// <param name="name">The recording.</param>
    /// <param name="tolerance">Relative to the largest value.</param>
    public static void ShouldMatchRecorded(this Tensor ours, RecordedTensors file, JsonNode index, string name, double tolerance)
    {
        using var scope = NewDisposeScope();
        var truth = file[name];
        if (index["sampled"]?[name] is not { } sampled)
        {
            ours.ShouldMatch(truth, tolerance, name);
            return;
        }

        ours.shape.Should().Equal(sampled["shape"]!.AsArray().Select(size => (long)size!), name);
        var flat = ours.detach().contiguous().flatten();
        var count = truth.numel();
        flat.index_select(0, tensor(Enumerable.Range(0, (int)count).Select(i => Stride * i % flat.numel()).ToArray())).ShouldMatch(truth, tolerance, name);
        flat.to(float64).norm().item<double>().Should().BeApproximately(
            (double)sampled["norm"]!, Math.Sqrt(flat.numel()) * tolerance * Math.Max(1e-30, flat.abs().max().to(float64).item<double>()), name);
    }
}
