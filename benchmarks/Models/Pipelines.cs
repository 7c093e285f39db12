using MaskUNet.Benchmarks.Harness;
using MaskUNet.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Benchmarks.Models;

/// <summary>Pipelines from a file, as a user loads them.</summary>
internal static class Pipelines
{
    public static Task<IImagePipeline> LoadAsync(CheckpointFile file) => new MaskUNetBuilder().UseStableDiffusion(file.FilePath).BuildAsync();

    /// <summary>The seconds of loading, without those of freeing what was loaded.</summary>
    public static double TimeLoad(CheckpointFile file)
    {
        IImagePipeline? pipeline = null;
        var seconds = Stopwatches.Time(() => pipeline = LoadAsync(file).GetAwaiter().GetResult());
        pipeline!.Dispose();
        return seconds;
    }

    /// <summary>Loads libtorch and starts its threads, so that they do not count.</summary>
    public static async Task WarmUpAsync()
    {
        using var thread = new NativeThread("warm-up");
        await thread.RunAsync(
            () =>
            {
                using var scope = NewDisposeScope();
                return nn.functional.conv2d(randn(1, 64, 64, 64), randn(64, 64, 3, 3)).to(ScalarType.Float16).sum().item<Half>();
            },
            CancellationToken.None);
    }
}
