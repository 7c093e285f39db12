using System.Text.Json.Nodes;
using MaskUNet.Rewards.Clip;
using MaskUNet.Tests.TestSupport;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Rewards.Blip;

/// <summary>The pixels that a case of the rewards area was recorded on.</summary>
internal static class RecordedPixels
{
    /// <summary>Normalised pixels by formula.</summary>
    public static Tensor Formula(JsonNode facts) => FormulaWeights.InputTensor(
        (string)facts["pixels"]!["formula_name"]!, [.. facts["pixels"]!["shape"]!.AsArray().Select(size => (long)size!)]);

    /// <summary>Normalised formula pictures, checked against their recorded sums.</summary>
    public static Tensor Pictures(JsonNode facts, int size)
    {
        using var scope = NewDisposeScope();
        var images = facts["images"]!.AsArray();
        var pictures = stack([.. images.Select(image => FormulaImage.Create((string)image!["formula_image"]!, size, size))]);
        var sums = pictures.to(float64).sum([1, 2, 3]);
        for (var i = 0; i < images.Count; i++)
        {
            sums[i].item<double>().Should().BeApproximately((double)images[i]!["sum"]!, 1e-6);
        }

        return ClipPixels.Normalize(pictures).MoveToOuterDisposeScope();
    }
}
