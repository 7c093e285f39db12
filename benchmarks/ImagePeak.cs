using MaskUNet.Benchmarks.Harness;
using MaskUNet.Benchmarks.Models;

namespace MaskUNet.Benchmarks;

internal sealed class ImagePeak() : Benchmark(
    "image-peak", "<= 1.4", "peak memory of loading and one 512 px picture at guidance 7.5, above what the process held before / float32 weights; image-kept: what is left after disposal")
{
    public override async Task RunAsync()
    {
        using var file = new CheckpointFile();
        await Pipelines.WarmUpAsync();
        var before = ProcessMemory.Settle();
        using (var pipeline = await Pipelines.LoadAsync(file))
        {
            await pipeline.GenerateAsync(new ImageRequest("a red fox in the snow") { Steps = 2, Seed = 1, GuidanceScale = 7.5 });
        }

        var (peak, after) = (ProcessMemory.Peak, ProcessMemory.Settle());
        Note($"{before / 1e9:0.00} GB before, {peak / 1e9:0.00} GB at most, {after / 1e9:0.00} GB after disposal; weights {file.FloatBytes / 1e9:0.00} GB");
        Print((peak - before) / (double)file.FloatBytes);
        Print("image-kept", (after - before) / (double)file.FloatBytes, "about 0");
    }
}
