using MaskUNet.Benchmarks.Harness;
using MaskUNet.Benchmarks.Models;

namespace MaskUNet.Benchmarks;

internal sealed class LoadPeak() : Benchmark("load-peak", "<= 1.15", "peak memory of that load, above what the process held before / float32 weights")
{
    public override async Task RunAsync()
    {
        using var file = new CheckpointFile();
        await Pipelines.WarmUpAsync();
        var before = ProcessMemory.Settle();
        using var pipeline = await Pipelines.LoadAsync(file);
        Note($"{before / 1e9:0.00} GB before, {ProcessMemory.Peak / 1e9:0.00} GB at most, {ProcessMemory.Resident / 1e9:0.00} GB after; weights {file.FloatBytes / 1e9:0.00} GB");
        Print((ProcessMemory.Peak - before) / (double)file.FloatBytes);
    }
}
