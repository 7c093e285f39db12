using MaskUNet.Benchmarks.Harness;
using MaskUNet.Benchmarks.Models;
using MaskUNet.Checkpoints;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Benchmarks;

internal sealed class Load() : Benchmark(
    "load", "<= 1.2", "a 2 GB float16 single file into a float32 pipeline / reading its bytes and converting them to float32, bare (file in the system's cache)")
{
    private const int Rounds = 5;

    public override async Task RunAsync()
    {
        using var file = new CheckpointFile();
        var parts = await OnNativeThreadAsync(() => Stopwatches.MedianRatio(Rounds, () => Pipelines.TimeLoad(file), () => Stopwatches.Time(() => Bare(file))));
        Print(parts);
    }

    private static void Bare(CheckpointFile file)
    {
        using var scope = NewDisposeScope();
        using var source = new SafetensorsFile(file.FilePath);
        using var handle = File.OpenHandle(file.FilePath);
        var position = RandomAccess.GetLength(handle) - (file.FloatBytes / 2);
        foreach (var entry in source.Entries.Values)
        {
            using var stored = empty([.. entry.Shape], ScalarType.Float16);
            for (var left = stored.bytes; left.Length > 0;)
            {
                var read = RandomAccess.Read(handle, left, position);
                position += read;
                left = left[read..];
            }

            stored.to(float32);
        }
    }
}
