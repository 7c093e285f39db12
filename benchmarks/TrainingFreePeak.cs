using MaskUNet.Benchmarks.Harness;
using MaskUNet.Benchmarks.Models;

namespace MaskUNet.Benchmarks;

internal sealed class TrainingFreePeak() : Benchmark(
    "training-free-peak", "<= 16", "peak memory of the process while a 512 px picture is guided by ImageReward and HPSv2, float32, all models loaded, in GB")
{
    public override Task RunAsync()
    {
        using var models = new GuidedPipeline();
        var loaded = ProcessMemory.Settle();
        models.TimeGuided(steps: 2, iterations: 2);
        Note($"{loaded / 1e9:0.00} GB after loading, {ProcessMemory.Peak / 1e9:0.00} GB at most");
        Print(ProcessMemory.Peak / 1e9);
        return Task.CompletedTask;
    }
}
