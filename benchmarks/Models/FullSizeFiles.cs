using MaskUNet.Checkpoints;
using MaskUNet.Tests.TestSupport;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Benchmarks.Models;

/// <summary>
/// Stable Diffusion 1.5, ImageReward and HPSv2.1 as files of their published layouts with formula weights in float16, so that the samples can
/// be run and timed at full size without a download. Their pictures show nothing.
/// </summary>
internal static class FullSizeFiles
{
    public static void Write(string folder)
    {
        Directory.CreateDirectory(folder);
        CheckpointFile.Write(Path.Combine(folder, "stable-diffusion-v1-5.safetensors"));
        using (var model = FullRewards.ImageRewardModel())
        {
            Write(Path.Combine(folder, "ImageReward.safetensors"), model.Weights);
        }

        using (var model = FullRewards.HpsModel())
        {
            Write(Path.Combine(folder, "HPS_v2.1.safetensors"), model.Weights);
        }
    }

    private static void Write(string path, IReadOnlyDictionary<string, Tensor> weights)
    {
        using var scope = NewDisposeScope();
        SafetensorsWriter.Write(path, weights.ToDictionary(weight => weight.Key, weight => weight.Value.to(ScalarType.Float16)));
    }
}
